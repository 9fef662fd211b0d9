// The metrics of several processes as those of one: each series with the worker that counted it. They are not summed here,
// because a worker that is started anew counts from zero again, which a sum would hide from whoever computes rates.

export interface MetricsOf {
  /** The value of the label; undefined leaves the series as they are. */
  readonly worker: string | undefined
  readonly text: string
}

interface Family {
  readonly header: string
  samples: string
}

/** One text in Prometheus' format; families in the order in which they come first. */
export function mergeMetrics(all: readonly MetricsOf[]): string {
  const families = new Map<string, Family>()
  for (const { worker, text } of all) addFamilies(families, worker, text)
  let merged = ''
  for (const { header, samples } of families.values()) merged += header + samples
  return merged
}

/** A family is its two lines of comment and then its samples, as our own registry prints them. */
function addFamilies(families: Map<string, Family>, worker: string | undefined, text: string): void {
  let family: Family | undefined
  let help = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('# HELP ')) help = line
    else if (line.startsWith('# TYPE ')) {
      const name = line.split(' ')[2] ?? ''
      family = families.get(name) ?? { header: `${help}\n${line}\n`, samples: '' }
      families.set(name, family)
    } else if (line !== '' && family !== undefined) family.samples += `${labelled(line, worker)}\n`
  }
}

/** `name{a="b"} 1` and `name 1`. Braces and spaces in a label's value come after the first brace. */
function labelled(sample: string, worker: string | undefined): string {
  if (worker === undefined) return sample
  const end = /[{ ]/.exec(sample)?.index ?? sample.length
  const label = `worker="${worker}"`
  const rest = sample.slice(end)
  return `${sample.slice(0, end)}{${rest.startsWith('{') ? `${label},${rest.slice(1)}` : `${label}}${rest}`}`
}
