// F-16: keys, prompts and answers that stand nowhere else go through everything that there is, and are looked for everywhere
// afterwards. None may be where it does not belong.
import { hasPostgres } from '../../servers/postgres.ts'
import { hasOwnRedis } from '../../servers/redis.ts'
import { runStory } from '../canaries/canary-run.ts'
import type { Story, Told } from '../canaries/canary-run.ts'
import type { CanaryKind } from '../canaries/canary.ts'
import { atLeast, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Form, Run, Scenario } from '../scenario.ts'

type Kind = Omit<Story, 'isThorough'>

/** Where there are none, every gateway is alone. */
const hasStores = hasPostgres && hasOwnRedis

const stories: Readonly<Record<Form, readonly Kind[]>> = {
  short: [
    { format: 'json', keepsBodies: false, end: 'SIGKILL', isOfFleet: hasStores },
    { format: 'text', keepsBodies: true, end: 'SIGSEGV', isOfFleet: false },
  ],
  full: (['json', 'text'] as const).flatMap((format) =>
    [false, true].flatMap((keepsBodies) =>
      (['SIGKILL', 'SIGSEGV', 'uncaught'] as const).map((end) => ({
        format,
        keepsBodies,
        end,
        isOfFleet: hasStores && format === 'json',
      })),
    ),
  ),
}
const callsMin: Readonly<Record<Form, number>> = { short: 500, full: 12_000 }
/** Files, tables, pages, commands and what was printed. */
const sinksMin = 60

export const canaries: Scenario = {
  id: 'F-16',
  title: 'keys, prompts and answers with canaries in them go through everything',
  secondsMax: { full: 600, short: 50 },
  run: async (run) => {
    const told: Told[] = []
    for (const kind of stories[run.form])
      told.push(await runStory({ ...kind, isThorough: run.form === 'full' }))
    return figuresOf(told, run)
  },
}

const names: Readonly<Record<CanaryKind, string>> = {
  secret: 'places with a secret',
  said: 'places with words of prompts and answers',
  kept: 'places with words that were to be kept elsewhere',
  pepper: 'places with a pepper',
}

function figuresOf(told: readonly Told[], { form, say }: Run): readonly Figure[] {
  const looks = told.flatMap((each) => each.looks)
  const found = (wanted: CanaryKind): readonly string[] => [
    ...new Set(
      looks.flatMap(({ sink, found: wrongly }) =>
        wrongly.filter(({ kind }) => kind === wanted).map(({ name }) => `${name}: ${sink}`),
      ),
    ),
  ]
  const rightly = new Set(looks.flatMap(({ rightly: those }) => those.map(({ name }) => name)))
  const proofs = ['kept prompt', 'kept answer', 'prompt', 'answer', 'pepper'].filter((name) =>
    rightly.has(name),
  )
  return [
    ...(['secret', 'said', 'kept', 'pepper'] as const).map((kind) => none(names[kind], found(kind), say)),
    // Who looks must be able to find: these are where they belong.
    atLeast('canaries found where they belong', proofs.length, 5),
    atLeast('sinks looked through', new Set(looks.map(({ sink }) => sink)).size, sinksMin),
    atLeast(
      'calls',
      told.reduce((sum, { calls }) => sum + calls, 0),
      callsMin[form],
    ),
  ]
}
