// The coding agents that are tried: how each is started without a person, and which calls of its tools leave a line in a
// file. What stands here is what a user types; nothing knows of the gateway.
import type { ScriptedToolCall } from '../../simulator/behaviour.ts'

export interface CodingAgent {
  /** The name of its program. */
  readonly program: string
  /** What it asks for unless told otherwise, so that the provider must have it. */
  readonly models: readonly string[]
  words(prompt: string, model: string): readonly string[]
  environment(home: string): Readonly<Record<string, string>>
  /** Files of its home that must be there, by their paths. */
  readonly files?: Readonly<Record<string, string>>
  readonly tasks: readonly AgentTask[]
}

export interface AgentTask {
  readonly name: string
  /** The call, in each form that versions of the program have had. `takesText`: of tools that take text where they can. */
  calls(work: Work, takesText: boolean): readonly ScriptedToolCall[]
}

export interface Work {
  readonly folder: string
  readonly file: string
  readonly line: string
}

const claude: CodingAgent = {
  program: 'claude',
  models: ['claude-sonnet-5', 'claude-haiku-4-5'],
  words: (prompt, model) => ['-p', prompt, '--model', model, '--allowedTools', 'Bash,Write'],
  environment: (home) => ({
    CLAUDE_CONFIG_DIR: home,
    // It asks nobody but the gateway.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  }),
  tasks: [
    {
      name: 'command',
      calls: (work) => [call('Bash', { command: commandFor(work), description: 'Writes a line' })],
    },
    {
      name: 'two calls',
      calls: (work) => [
        call('Bash', { command: 'pwd', description: 'Tells where we are' }),
        call('Write', { file_path: `${work.folder}/${work.file}`, content: `${work.line}\n` }),
      ],
    },
  ],
}

const codex: CodingAgent = {
  program: 'codex',
  models: ['gpt-5.5', 'gpt-5.5-mini'],
  words: (prompt, model) => [
    'exec',
    '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox',
    '-m',
    model,
    prompt,
  ],
  environment: (home) => ({ CODEX_HOME: home }),
  tasks: [
    {
      name: 'command',
      calls: (work) => [
        call('exec_command', { cmd: commandFor(work) }),
        call('shell_command', { command: commandFor(work) }),
        call('shell', { command: ['sh', '-c', commandFor(work)] }),
      ],
    },
    {
      name: 'patch',
      calls: (work, takesText) => {
        const patch = `*** Begin Patch\n*** Add File: ${work.file}\n+${work.line}\n*** End Patch`
        return [takesText ? { name: 'apply_patch', arguments: patch } : call('apply_patch', { input: patch })]
      },
    },
  ],
}

const gemini: CodingAgent = {
  program: 'gemini',
  models: ['gemini-3.1-pro-preview', 'gemini-3.5-flash-lite'],
  words: (prompt, model) => ['-m', model, '--yolo', '-p', prompt],
  environment: () => ({ GEMINI_CLI_TRUST_WORKSPACE: 'true' }),
  // Without this it refuses every address but Google's.
  files: { '.gemini/settings.json': '{"security":{"auth":{"selectedType":"gemini-api-key"}}}' },
  tasks: [
    {
      name: 'command',
      calls: (work) => [
        call('run_shell_command', { command: commandFor(work), description: 'Writes a line' }),
      ],
    },
    {
      name: 'two calls',
      calls: (work) => [
        call('list_directory', { dir_path: work.folder }),
        call('write_file', { file_path: `${work.folder}/${work.file}`, content: `${work.line}\n` }),
      ],
    },
  ],
}

function commandFor({ line, file }: Work): string {
  return `echo '${line}' | tee ${file}`
}

function call(name: string, members: object): ScriptedToolCall {
  return { name, arguments: JSON.stringify(members) }
}

/** Known by the name of the program's file. */
export function agentOf(path: string): CodingAgent | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:exe|js)$/u, '')
  return [claude, codex, gemini].find(({ program }) => program === name)
}
