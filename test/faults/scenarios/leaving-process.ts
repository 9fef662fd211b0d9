// F-11: SIGTERM while two hundred streams are open and more calls come. Inside the window nobody is cut or turned away;
// who takes longer than the window is told why.
import { testKey } from '../../end-to-end/start-gateway.ts'
import { chatFront } from '../../matrix/fronts/chat.ts'
import { expectedText } from '../../simulator/expected-text.ts'
import { shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, none, worstOf } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { startWorld } from '../gateway-world.ts'
import type { World } from '../gateway-world.ts'
import { messagesOf } from '../open-call.ts'
import type { Form, Run, Scenario } from '../scenario.ts'
import { seeCall } from '../see-call.ts'
import type { SeenCall } from '../see-call.ts'
import { until } from '../../until.ts'

const streams = 200
const patienceMs = 30_000
const rounds: Readonly<Record<Form, number>> = { full: 10, short: 1 }
/** Some have just begun when the others are nearly over. */
const lengths = ['tokens:10+gap:40', 'tokens:30+gap:40', 'tokens:50+gap:40']
const lateModel = 'tokens:20+gap:20'
const latePaceMs = 20
/** New calls come until shortly before the listener closes. */
const lateForMs = 700
const tooLong = 'tokens:5000+gap:20'

export const leavingProcess: Scenario = {
  id: 'F-11',
  title: 'SIGTERM under two hundred open streams',
  secondsMax: { full: 180, short: 25 },
  run: async (run) => {
    const inTime: (readonly Figure[])[] = []
    for (let round = 1; round <= rounds[run.form]; round += 1) inTime.push(await leaveInTime(run))
    return [...worstOf(inTime), ...(await leaveTooEarly(run))]
  },
}

async function leaveInTime(run: Run): Promise<readonly Figure[]> {
  await using world = await startWorld({
    providers: ['first'],
    totalMs: 60_000,
    drain: 'drain_delay: 1s, drain_timeout: 20s',
  })
  const opening = openStreams(world, lengths)
  await until(() => world.providers[0]?.bill.length === streams)
  world.gateway.process.kill('SIGTERM')
  const signalledMs = performance.now()
  const lateOnes: Promise<SeenCall>[] = []
  while (performance.now() - signalledMs < lateForMs) {
    lateOnes.push(ask(world, lateModel, `late ${lateOnes.length}`))
    await Bun.sleep(latePaceMs)
  }
  const calls = await Promise.all(opening)
  const late = await Promise.all(lateOnes)
  const exitCode = await world.gateway.process.exited
  return [
    atLeast('open streams', calls.length, streams),
    none('cut inside the window', calls.filter(isNotWhole).map(shownCall), run.say),
    none('turned away before the listener closed', late.filter(isNotWhole).map(shownCall), run.say),
    none('exit codes that are not 0', exitCode === 0 ? [] : [String(exitCode)], run.say),
    ...truthFigures([...calls, ...late], wordsOf, run.say),
    ...(await world.ledger(run)),
  ]
}

async function leaveTooEarly(run: Run): Promise<readonly Figure[]> {
  await using world = await startWorld({
    providers: ['first'],
    totalMs: 60_000,
    drain: 'drain_delay: 0s, drain_timeout: 1s',
  })
  const opening = openStreams(world, [tooLong])
  await until(() => world.providers[0]?.bill.length === streams)
  world.gateway.process.kill('SIGTERM')
  const calls = await Promise.all(opening)
  const exitCode = await world.gateway.process.exited
  return [
    none(
      'not told that the window was over',
      calls.filter(({ end }) => end !== 'told').map(shownCall),
      run.say,
    ),
    none('exit codes that are not 0, window over', exitCode === 0 ? [] : [String(exitCode)], run.say),
    ...(await world.ledger(run)).map((figure) => ({ ...figure, name: `${figure.name}, window over` })),
  ]
}

function openStreams(world: World, models: readonly string[]): readonly Promise<SeenCall>[] {
  return Array.from({ length: streams }, (_, index) =>
    ask(world, models[index % models.length] ?? '', `stream ${index}`),
  )
}

function ask({ gateway }: World, words: string, prompt: string): Promise<SeenCall> {
  const model = `first/${words}`
  return seeCall(gateway.url, {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${testKey}` },
    body: { model, messages: messagesOf({ model, prompt }), stream: true },
    prompt: `${words} ${prompt}`,
    dueMs: performance.now(),
    patienceMs,
    readStream: (text) => chatFront.readStream(text),
  })
}

function isNotWhole(call: SeenCall): boolean {
  return call.end !== 'whole' || call.text !== wordsOf(call)
}

/** The first word of a call's name is its model. */
function wordsOf({ prompt: name }: SeenCall): string {
  const space = name.indexOf(' ')
  const model = name.slice(0, space)
  return expectedText({ model, messages: messagesOf({ model, prompt: name.slice(space + 1) }) })
}
