// The same question, streamed several times: does it answer, do its words come one after the other, how fast, with their
// count, and with an end that can be told from a broken connection?
import type { AnswerEvent } from '../../../core/answer-event.ts'
import { providerCodecs } from '../../../dialects/doors.ts'
import type { Heard } from '../asker.ts'
import { finishOf, isAnswer, textOf, troubleOf, usageOf } from '../exam.ts'
import type { Exam } from '../exam.ts'
import { finding, medianOf } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { judgeUsage } from './usage.ts'

const question = 'Count from one to forty in English words, separated by spaces. Write nothing else.'
/** So many pieces say whether they come one by one. */
const piecesMin = 3
/** Pieces that come within this time of each other came together. */
const togetherMs = 1
const slowFirstTokenMs = 5_000

/** `answers` comes first; where it fails, nothing else can be found out. */
export async function streamedRuns(exam: Exam): Promise<readonly Finding[]> {
  const runs: Heard[] = []
  for (let run = 0; run < exam.times; run += 1) {
    runs.push(await exam.ask(question, { stream: true, maxTokens: 1_000 }))
    const [first] = runs
    if (first !== undefined && !isSign(first)) break
  }
  const answers = answered(runs, exam)
  if (answers.verdict === 'fails') return [answers]
  const good = runs.filter(isSign)
  exam.firstTokenMs = medianOf(good.flatMap((heard) => firstTokenOf(heard) ?? []))
  return [
    answers,
    streams(good),
    firstToken(good),
    speed(good),
    judgeUsage(
      'usage_stream',
      good.map((heard) => ({ heard, question })),
      'stream',
    ),
    ending(runs, exam),
  ]
}

/** Anything of an answer came: its end is another matter. */
function isSign(heard: Heard): boolean {
  return heard.status === 200 && (heard.events.some(({ is }) => isContent(is)) || isAnswer(heard))
}

function answered(runs: readonly Heard[], { patient }: Exam): Finding {
  const good = runs.filter(isSign)
  const bad = runs.find((heard) => !isSign(heard))
  const figures = { answered: good.length, asked: runs.length }
  if (bad === undefined) return finding('answers', 'ok', ['It answers.', figures])
  const trouble = troubleOf(bad, patient)
  if (good.length === 0) return finding('answers', 'fails', [`It does not answer: ${trouble}.`, figures])
  return finding('answers', 'weak', [
    `It answered ${good.length} of ${runs.length} calls: ${trouble}.`,
    figures,
  ])
}

function streams(runs: readonly Heard[]): Finding {
  if (!runs.some(({ streamed }) => streamed)) {
    return finding('streams', 'fails', ['Asked for a stream, it answers whole.'])
  }
  const moments = medianOf(runs.map((heard) => momentsOf(heard).length)) ?? 0
  const pieces = medianOf(runs.map(({ events }) => events.filter(({ is }) => isContent(is)).length)) ?? 0
  const figures = { pieces, moments }
  if (pieces < piecesMin) {
    return finding('streams', 'unknown', ['Its answers are too short to say whether they stream.', figures])
  }
  if (moments === 1)
    return finding('streams', 'fails', ['All of a stream comes at once, at its end.', figures])
  const sentence =
    moments < piecesMin
      ? `The ${pieces} pieces of a stream come in ${moments} lots.`
      : 'The pieces of a stream come one after the other.'
  return finding('streams', moments < piecesMin ? 'weak' : 'ok', [sentence, figures])
}

function momentsOf({ events }: Heard): readonly number[] {
  const moments: number[] = []
  for (const { atMs, is } of events) {
    const last = moments.at(-1)
    if (isContent(is) && (last === undefined || atMs - last > togetherMs)) moments.push(atMs)
  }
  return moments
}

function firstToken(runs: readonly Heard[]): Finding {
  const known = runs.flatMap((heard) => firstTokenOf(heard) ?? [])
  const median = medianOf(known)
  if (median === undefined) return finding('first_token', 'unknown', ['No token came.'])
  const figures = {
    median_ms: Math.round(median),
    slowest_ms: Math.round(Math.max(...known)),
    calls: known.length,
  }
  const sentence = `The first token comes after ${Math.round(median)} ms (median of ${known.length}).`
  return finding('first_token', median > slowFirstTokenMs ? 'weak' : 'ok', [sentence, figures])
}

/** When the first of the answer came. */
export function firstTokenOf({ events }: Heard): number | undefined {
  return events.find(({ is }) => isContent(is))?.atMs
}

function speed(runs: readonly Heard[]): Finding {
  const speeds = runs.map(tokensPerSecond).filter((one) => one !== undefined)
  const median = medianOf(speeds)
  if (median === undefined) {
    return finding('speed', 'unknown', [
      'Its answers come too fast, or are too short, to measure their speed.',
    ])
  }
  const rounded = Math.round(median * 10) / 10
  return finding('speed', 'ok', [`It writes ${rounded} tokens per second.`, { tokens_per_second: rounded }])
}

/** From the first piece to the last; thoughts that are not shown are not among them. */
function tokensPerSecond(heard: Heard): number | undefined {
  const content = heard.events.filter(({ is }) => isContent(is))
  const [first, last] = [content[0], content.at(-1)]
  if (first === undefined || last === undefined || last.atMs - first.atMs < 2 * togetherMs) return undefined
  const usage = usageOf(heard)
  const said = usage === undefined ? 0 : usage.outputTokens - usage.reasoningTokens
  // A count that is less than the pieces, or more than the letters, is none.
  const isCount = said >= content.length && said <= textOf(heard).length
  const tokens = isCount ? said : content.length
  return ((tokens - 1) / (last.atMs - first.atMs)) * 1000
}

function ending(runs: readonly Heard[], { patient }: Exam): Finding {
  const streamed = runs.filter((heard) => heard.streamed && heard.status === 200)
  if (streamed.length === 0) return finding('ending', 'unknown', ['There was no stream to see the end of.'])
  const broken = streamed.find((heard) => !isAnswer(heard))
  if (broken !== undefined)
    return finding('ending', 'fails', [`A stream did not end: ${troubleOf(broken, patient)}.`])
  const unfinished = streamed.filter((heard) => finishOf(heard) === undefined).length
  const unsaid = streamed.filter(({ events }) => !events.some(({ is }) => is.kind === 'end')).length
  const figures = { streams: streamed.length, without_reason: unfinished, without_end: unsaid }
  if (unfinished > 0) {
    return finding('ending', 'fails', [
      'A stream ends without a finish reason, as a broken one would.',
      figures,
    ])
  }
  const { dialect } = patient.deployment
  const mustSayEnd = providerCodecs[dialect].endMayBeUnsaid !== true || dialect === 'openai-chat'
  if (unsaid > 0 && mustSayEnd) {
    return finding('ending', 'weak', [
      'A stream has its finish reason, but not the event that ends it.',
      figures,
    ])
  }
  return finding('ending', 'ok', ['A stream ends with its finish reason and says that it is over.', figures])
}

export function isContent(event: AnswerEvent): boolean {
  switch (event.kind) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
    case 'tool-call-delta':
      return event.text !== ''
    default:
      return false
  }
}
