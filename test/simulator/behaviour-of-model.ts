// Behaviours spelled in a model's name: `cut-after:3`, `sim/tokens:200+gap:10`, `sim/usage:missing`. The
// words are joined by `+`, an argument follows `:` (or `-` before a number). README.md lists them.
import type { Behaviour } from './behaviour.ts'
import { behaviourCases } from './behaviours.ts'
import { modelWords } from './model-words.ts'

const known = new Map<string, Behaviour | undefined>()
const knownMax = 10_000

/** The behaviour in a model's name; undefined when the name is not made of our words alone. */
export function behaviourOfModel(model: unknown): Behaviour | undefined {
  if (typeof model !== 'string') return undefined
  if (known.has(model)) return known.get(model)
  const behaviour = readName(model.replace(/^sim\//, ''))
  if (known.size < knownMax) known.set(model, behaviour)
  return behaviour
}

function readName(name: string): Behaviour | undefined {
  const named = behaviourCases.find((entry) => entry.name === name)
  if (named !== undefined) return named.behaviour
  const parts = name.split('+').map(readWord)
  if (!parts.every((part) => part !== undefined)) return undefined
  return parts.reduce<Behaviour>(merged, {})
}

function readWord(text: string): Behaviour | undefined {
  const [, name = text, argument, count] = /^([a-z0-9-]+?)(?::(.*)|-(\d+))?$/u.exec(text) ?? []
  const word = modelWords.get(text) ?? modelWords.get(name)
  try {
    return word?.(argument ?? count ?? '')
  } catch {
    // The name only looked like one of ours: it is an ordinary model.
    return undefined
  }
}

function merged(left: Behaviour, right: Behaviour): Behaviour {
  return {
    delays: { ...left.delays, ...right.delays },
    answer: { ...left.answer, ...right.answer },
    wire: { ...left.wire, ...right.wire },
    ...(right.fault === undefined ? {} : { fault: right.fault }),
    ...(right.fault === undefined && left.fault !== undefined ? { fault: left.fault } : {}),
  }
}
