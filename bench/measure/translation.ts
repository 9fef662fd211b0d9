// What translating costs above relaying: the same calls and streams of the same provider, once from clients of its own
// dialect and once from clients of another one. Both run in every round on the same process, so that the difference of
// a round holds nothing but the dialect.
import { callOnce } from '../load/connection.ts'
import { messagesClient } from '../load/messages-client.ts'
import { saturate } from '../load/saturate.ts'
import { openStreams } from '../load/stream-client.ts'
import { answerBody, callBody, longCallBody, postBytes } from '../load/wire.ts'
import type { StartedSubject, Subject } from '../subjects/subject.ts'
import { coreMoment, coreShare } from './core-share.ts'
import { streamOnce } from './event-cost.ts'
import { payers, withRig } from './rig.ts'
import type { Entrant, Rig } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

const connections = 64
/** Enough to keep the gateway's core full, and not so many that their bodies fill its memory. */
const longConnections = 16

type Way = 'relayed' | 'translated'
type What = 'CallCpuUs' | 'LongCallCpuUs' | 'EventCpuUs' | 'PaceShare'
type Figure = `${Way}${What}`

/** Measures the gateways that can be called in both dialects. */
export function measureTranslation(subjects: readonly Subject[], effort: Effort): Promise<Measured<Figure>> {
  return withRig(subjects, 'streams', async (rig) => {
    for (const entrant of rig.entrants) await checkMessages(speakingMessages(entrant))
    for (const entrant of rig.entrants) await measureRound(entrant, rig, warmUp(effort))
    return inRounds(effort.rounds, rig.entrants, (entrant, round) =>
      measureRound(entrant, rig, { ...effort, relayFirst: round % 2 === 0 }),
    )
  })
}

type Round = Pick<Effort, 'saturateMs' | 'streamMs'> & { readonly relayFirst: boolean }

function warmUp({ warmUpMs }: Effort): Round {
  return { saturateMs: warmUpMs, streamMs: warmUpMs, relayFirst: true }
}

/** Both ways one right after the other for each kind of call: the machine changes while a round lasts. */
async function measureRound(entrant: Entrant, rig: Rig, round: Round): Promise<Record<Figure, number>> {
  const calls = await bothWays(entrant, round, (way) =>
    callCost(way, rig, { body: callBody, connections, durationMs: round.saturateMs }),
  )
  const longCalls = await bothWays(entrant, round, (way) =>
    callCost(way, rig, { body: longCallBody, connections: longConnections, durationMs: round.saturateMs }),
  )
  const streams = await bothWays(entrant, round, (way) => streamOnce(way, rig, round.streamMs))
  return {
    relayedCallCpuUs: calls.relayed,
    translatedCallCpuUs: calls.translated,
    relayedLongCallCpuUs: longCalls.relayed,
    translatedLongCallCpuUs: longCalls.translated,
    relayedEventCpuUs: streams.relayed.eventCpuUs,
    translatedEventCpuUs: streams.translated.eventCpuUs,
    relayedPaceShare: streams.relayed.paceShare,
    translatedPaceShare: streams.translated.paceShare,
  }
}

async function bothWays<T>(
  entrant: Entrant,
  { relayFirst }: Round,
  measure: (entrant: Entrant) => Promise<T>,
): Promise<Record<Way, T>> {
  const speaking = speakingMessages(entrant)
  if (relayFirst) return { relayed: await measure(entrant), translated: await measure(speaking) }
  const translated = await measure(speaking)
  return { relayed: await measure(entrant), translated }
}

type CallLoad = {
  readonly body: (model: string) => string
  readonly connections: number
  readonly durationMs: number
}

async function callCost(entrant: Entrant, rig: Rig, load: CallLoad): Promise<number> {
  const { subject } = entrant
  const body = inDialect(subject, load.body(subject.model))
  const pids = payers(entrant, rig)
  const start = coreMoment(pids)
  const count = await saturate({ ...subject, ...load, body })
  return coreShare(start, coreMoment(pids)).ranNs / 1000 / count.calls
}

/** The same gateway, called by clients of a dialect that its provider does not speak. */
function speakingMessages({ name, subject }: Entrant): Entrant {
  const { path, headers } = messagesClient
  return { name, subject: { ...subject, path, headers: headers(subject.headers), dialect: messagesClient } }
}

function inDialect({ dialect }: StartedSubject, chatBody: string): string {
  return dialect === undefined ? chatBody : dialect.body(chatBody)
}

/** Throws a sentence unless answers and streams come as this dialect's clients must get them. */
async function checkMessages({ name, subject }: Entrant): Promise<void> {
  for (const body of [callBody(subject.model), longCallBody(subject.model)]) {
    const request = postBytes(subject.path, subject.headers, inDialect(subject, body))
    const answer = await callOnce(subject.port, request)
    if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.body}`)
    if (saidInMessage(answer.body) !== saidInChat(answerBody))
      throw new Error(`${name} changed the answer: ${answer.body}`)
  }
  const streams = openStreams({ ...subject, streams: 4, events: 20, eventsPerSecond: 200, timeoutMs: 5000 })
  await streams.allEnded
  streams.close()
  const [fault] = streams.faults()
  if (fault !== undefined) throw new Error(`${name}: ${fault}`)
}

function saidInMessage(body: string): string {
  const {
    content,
    stop_reason: stop,
    usage,
  } = JSON.parse(body) as {
    readonly content?: readonly { readonly type: string; readonly text: string }[]
    readonly stop_reason?: string
    readonly usage?: { readonly input_tokens: number; readonly output_tokens: number }
  }
  const [block] = content ?? []
  return JSON.stringify([block?.text, stop, usage?.input_tokens, usage?.output_tokens])
}

function saidInChat(body: string): string {
  const { choices, usage } = JSON.parse(body) as {
    readonly choices: readonly [{ readonly message: { readonly content: string } }]
    readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number }
  }
  return JSON.stringify([
    choices[0].message.content,
    'end_turn',
    usage.prompt_tokens,
    usage.completion_tokens,
  ])
}
