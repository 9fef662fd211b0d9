// Waits for what nobody announces: asks again every few milliseconds, and gives up after a while.

const askEveryMs = 5

/** Resolves when this holds; rejects when it has not for `timeoutMs`. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const startMs = performance.now()
  while (!(await holds())) {
    if (performance.now() - startMs > timeoutMs)
      throw new Error(`Not within ${timeoutMs} ms: ${holds.toString()}`)
    await Bun.sleep(askEveryMs)
  }
}
