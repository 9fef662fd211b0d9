// Programs that cannot be led to a gateway by the usual variables alone, and what each needs besides. Known by the name
// of the program, and by its package for those who start it with npx.

/** What a program is told beyond the usual. */
export interface AgentChange {
  /** Words to put before the program's own. */
  readonly words: readonly string[]
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
}

export interface AgentPlace {
  /** `http://127.0.0.1:4117`. */
  readonly url: string
  readonly secret: string
}

interface Agent {
  readonly program: string
  readonly packageName: string
  change(place: AgentPlace): AgentChange
}

const agents: readonly Agent[] = [
  {
    program: 'claude',
    packageName: '@anthropic-ai/claude-code',
    // It asks a person about each new ANTHROPIC_API_KEY, and warns when both are set
    // (https://github.com/musistudio/claude-code-router/issues/214, seen 2026-11-21).
    change: ({ secret }) => ({
      words: [],
      set: { ANTHROPIC_AUTH_TOKEN: secret },
      unset: ['ANTHROPIC_API_KEY'],
    }),
  },
  {
    program: 'codex',
    packageName: '@openai/codex',
    // It reads its base URL from its config alone (https://github.com/openai/codex/pull/16720, seen 2026-11-21). With a
    // provider of its own it takes our key, whoever is logged in, and speaks plain HTTP.
    change: ({ url }) => ({ words: codexWords(url), set: {}, unset: [] }),
  },
  {
    program: 'gemini',
    packageName: '@google/gemini-cli',
    // With both keys it warns at each start.
    change: () => ({ words: [], set: {}, unset: ['GOOGLE_API_KEY'] }),
  },
]

const nothing: AgentChange = { words: [], set: {}, unset: [] }
const launcherOptions = {
  // Of npm's many settings the likely ones; `-c` runs a line of a shell, so no program is behind it
  // (https://docs.npmjs.com/cli/v11/commands/npx and npm's own bin/npx-cli.js).
  npx: '-p --package -c --call -w --workspace -C --prefix --cache --loglevel --registry --script-shell --shell --userconfig',
  // `bunx --help` of Bun 1.4.
  bunx: '-p --package --cwd --env-file --minimum-release-age --registry --ca --cafile',
  // https://pnpm.io/cli/dlx
  pnpx: '--package',
}
/** Programs that run another, with those of their options that take the word behind them. All seen 2026-11-21. */
const launchers: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(launcherOptions).map(([name, options]) => [name, new Set(options.split(' '))]),
)

/** The command with the words that its program needs, and the changes of its environment. */
export function prepareCommand(
  words: readonly [string, ...string[]],
  place: AgentPlace,
): { readonly words: readonly [string, ...string[]]; readonly change: AgentChange } {
  const at = programAt(words)
  const name = words[at] ?? ''
  const agent = agents.find(({ program, packageName }) => {
    return (
      program === baseName(name) || (at > 0 && (name === packageName || name.startsWith(`${packageName}@`)))
    )
  })
  const change = agent?.change(place) ?? nothing
  const [first, ...rest] = words
  return { words: [first, ...rest.slice(0, at), ...change.words, ...rest.slice(at)], change }
}

/** What the program is called by people. */
export function programName(words: readonly [string, ...string[]]): string {
  return baseName(words[programAt(words)] ?? '').replace(/(?<=.)@.*$/, '')
}

/** Behind `npx -y -p package` stands what is really run. */
function programAt(words: readonly [string, ...string[]]): number {
  const valued = launchers.get(baseName(words[0]))
  if (valued === undefined) return 0
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--') return at + 1 < words.length ? at + 1 : 0
    if (!word.startsWith('-')) return at
    if (valued.has(word)) at += 1
  }
  return 0
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function codexWords(url: string): readonly string[] {
  const provider = [
    'name="Sallyport"',
    `base_url="${url}/v1"`,
    'env_key="OPENAI_API_KEY"',
    'wire_api="responses"',
  ]
  return ['-c', 'model_provider="sallyport"', '-c', `model_providers.sallyport={${provider.join(',')}}`]
}
