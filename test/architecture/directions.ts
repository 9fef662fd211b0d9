// Who may import whom. The keys are the folders of src/; an arrow that is not here is a decision with an ADR
// (docs/adr/2026-11-21-directions.md).

const features = [
  'routing',
  'limits',
  'ledger',
  'audit',
  'keys',
  'responses',
  'bodies',
  'secrets',
  'webhooks',
]

/** All but the command line, which nothing imports but `main`. */
const composed = [
  ...features,
  'http',
  'pipeline',
  'config',
  'adapters',
  'telemetry',
  'providers',
  'dialects',
  'store',
  'platform',
  'core',
]

/** Folders that a folder may import from, besides itself. */
export const mayImport: Readonly<Record<string, readonly string[] | 'everything'>> = {
  main: 'everything',
  commands: 'everything',
  compose: composed,
  core: [],
  platform: ['core'],
  dialects: ['core'],
  telemetry: ['core'],
  providers: ['dialects', 'core'],
  store: ['core'],
  ...Object.fromEntries(features.map((feature) => [feature, ['store', 'core']])),
  pipeline: [...features, 'providers', 'dialects', 'core'],
  http: ['pipeline', ...features, 'dialects', 'telemetry', 'platform', 'core'],
  // An adapter implements ports, and a port lies in the folder of the feature that needs it.
  adapters: [...features, 'store', 'platform', 'core'],
  config: ['core'],
}

/** Single files that more folders may import than the table says, and why. */
export const doors: readonly Door[] = [
  { from: /^src\/config\//, to: /\/settings\.ts$/, why: 'config assembles what each feature declares' },
  {
    from: /^src\/config\/|\/settings\.ts$/,
    to: /^src\/platform\/(setting|rate)-values\.ts$/,
    why: 'durations, sizes, rates and secrets are spelled alike in every section of the config',
  },
  {
    from: /^src\/routing\/rules\/load-compiler\.ts$/,
    to: /^src\/platform\/apart\.ts$/,
    why: 'the library of the rules is loaded only where a config has rules',
  },
  {
    from: /^src\/core\/version\.ts$/,
    to: /^package\.json$/,
    why: 'which version this is stands in one place',
  },
  {
    from: /^src\/pipeline\//,
    to: /^src\/platform\/deadlines\.ts$/,
    typesOnly: true,
    why: 'the pipeline is handed the deadlines that the process keeps; only their shape is known to it',
  },
]

export interface Door {
  readonly from: RegExp
  readonly to: RegExp
  /** Shapes may pass, code may not. */
  readonly typesOnly?: true
  readonly why: string
}

/** Packages, and the parts of src/ that may use them. A package that is not here is used nowhere in src/. */
export const packages: Readonly<Record<string, RegExp>> = {
  '@marcbachmann/cel-js': /^src\/routing\/rules\//,
  commander: /^src\/commands\//,
  hono: /^src\/http\//,
  jose: /^src\/keys\/oidc\/token-apart\.ts$/,
  kysely: /^src\/(store|adapters)\//,
  pg: /^src\/adapters\/postgres\//,
  yaml: /^src\/config\//,
  zod: /^src\/(config\/|platform\/(setting|rate)-values\.ts|.*\/settings\.ts$|http\/(admin|openapi)\/)/,
}

/** Parts of src/ that may do input and output through `node:` and `bun:` modules. */
export const rim = /^src\/(main\.ts|commands\/|compose\/|platform\/|adapters\/|.*-worker\.ts$)/

/** Modules of the runtime that only compute; they may be used everywhere but in core. */
export const pureBuiltins = new Set(['node:buffer', 'node:net', 'node:util'])

/** `src/core/call.ts` → `core`; `src/main.ts` → `main`. */
export function folderOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '')
}
