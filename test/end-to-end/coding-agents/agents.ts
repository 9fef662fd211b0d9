// The coding agents that are tried: how each is started without a person, and which call of its tools writes a line into a
// file. What stands here is what a user types; nothing knows of the gateway.
import type { ScriptedToolCall } from '../../simulator/behaviour.ts'

export interface CodingAgent {
  /** The name of its program. */
  readonly program: string
  /** What it asks for unless told otherwise, so that the provider must have it. */
  readonly models: readonly string[]
  words(prompt: string, model: string): readonly string[]
  readonly environment: (home: string) => Readonly<Record<string, string>>
  /** The call that runs a command, in each form that versions of the program have had. */
  readonly calls: (command: string) => readonly ScriptedToolCall[]
}

const claude: CodingAgent = {
  program: 'claude',
  models: ['claude-sonnet-5', 'claude-haiku-4-5'],
  words: (prompt, model) => ['-p', prompt, '--model', model, '--allowedTools', 'Bash'],
  environment: (home) => ({
    CLAUDE_CONFIG_DIR: home,
    // It asks nobody but the gateway.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  }),
  calls: (command) => [
    { name: 'Bash', arguments: JSON.stringify({ command, description: 'Writes a line' }) },
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
  calls: (command) => [
    { name: 'exec_command', arguments: JSON.stringify({ cmd: command }) },
    { name: 'shell_command', arguments: JSON.stringify({ command }) },
    { name: 'shell', arguments: JSON.stringify({ command: ['sh', '-c', command] }) },
  ],
}

/** Known by the name of the program's file. */
export function agentOf(path: string): CodingAgent | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:exe|js)$/u, '')
  return [claude, codex].find(({ program }) => program === name)
}
