// A gateway that can be hurt from within, by a signal.
const preload = new URL('./hurt-process.ts', import.meta.url).pathname

/** The environment of a gateway that does this to itself on SIGUSR2. */
export function hurtBy(kind: 'throw' | 'reject' | 'block'): Readonly<Record<string, string>> {
  return { HURT: kind, BUN_OPTIONS: `--preload=${preload}` }
}
