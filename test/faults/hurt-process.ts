// Loaded into a gateway before anything of its own: on SIGUSR2 it does to the process what HURT names.
const hurts: Readonly<Record<string, () => void>> = {
  throw: () => {
    throw new Error('thrown by a test')
  },
  reject: () => {
    void Promise.reject(new Error('rejected by a test'))
  },
  /** Nothing else runs for two seconds. */
  block: () => {
    for (const endMs = performance.now() + 2_000; performance.now() < endMs;);
  },
}

process.on('SIGUSR2', () => hurts[process.env['HURT'] ?? '']?.())
