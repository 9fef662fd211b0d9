// As much of a Dockerfile as ours uses, read into stages of instructions, and what a .dockerignore lets through.

/** [{ name, from, steps: [{ word, flags, rest }] }], with ARG defaults in the place of their names. */
export function readDockerfile(text) {
  const stages = []
  const defaults = new Map()
  for (const { word, rest } of instructions(text)) {
    const filled = rest.replace(/\$\{(\w+)\}/g, (whole, name) => defaults.get(name) ?? whole)
    if (word === 'ARG') {
      const [name, value] = rest.split('=', 2)
      defaults.set(name, value)
    } else if (word === 'FROM') {
      const [from, , name] = filled.split(/\s+/)
      stages.push({ from, name, steps: [] })
    } else stages.at(-1)?.steps.push({ word, ...flagsOf(filled) })
  }
  return stages
}

/** Lines that end in a backslash go on; comments are none of it. */
function instructions(text) {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line))
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word, rest] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? []
      if (word === undefined) throw new Error(`not an instruction: ${line}`)
      return { word, rest: rest.trim() }
    })
}

function flagsOf(rest) {
  const flags = {}
  let left = rest
  for (let flag; (flag = /^--([\w-]+)=(\S+)\s+/.exec(left)) !== null; left = left.slice(flag[0].length)) {
    flags[flag[1]] = flag[2]
  }
  return { flags, rest: left }
}

/** Whether a path of the project reaches the builder. The last line that fits decides. */
export function readIgnore(text) {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }))
  return (path) => {
    let kept = true
    for (const { keeps, pattern } of rules) if (pattern.test(path)) kept = keeps
    return kept
  }
}

function patternOf(glob) {
  const source = glob
    .replaceAll(/[.+^$()|[\]{}]/g, '\\$&')
    .replaceAll('**/', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0001', '(.*/)?')
  return new RegExp(`^${source}(/.*)?$`)
}
