// An explanation for people: one paragraph for each stage, in the order in which a call goes through them.
import type {
  ExplainedAttempt,
  ExplainedDeployment,
  Explanation,
  Sending,
} from '../../pipeline/explain-call.ts'
import { keyParagraph } from './key-text.ts'
import { demandsText, residenceText } from '../../core/residency.ts'
import type { ModelPlan } from '../../routing/model-plan.ts'
import type { Reason } from '../../routing/choice/candidate.ts'

/** What the explanation itself does not know. */
export interface TextFacts {
  readonly isGuessed: boolean
  readonly bodyBytesMax: number
}

/** The explanation, ready to be printed. */
export function explanationText(explanation: Explanation, facts: TextFacts): string {
  const { refusal } = explanation
  const paragraphs = [
    cameIn(explanation, facts),
    ...keyParagraph(explanation),
    ...readParagraph(explanation),
    ...routeParagraph(explanation),
    ...deploymentsParagraph(explanation),
    ...attemptsParagraph(explanation),
    ...(refusal === undefined ? [] : [[`refused   ${refusal.message}`, `error ${refusal.code}`]]),
  ]
  return `${paragraphs.map(([first, ...rest]) => [first, ...rest.map(indented)].join('\n')).join('\n')}\n`
}

const indented = (line: string): string => `          ${line}`

function cameIn({ door, bodyBytes }: Explanation, { isGuessed, bodyBytesMax }: TextFacts): string[] {
  const guess = isGuessed ? ', guessed from the body (--door says otherwise)' : ''
  const scope = door.spoken === 'embeddings' ? 'embeddings' : 'chat'
  return [
    `came in   ${door.endpoint}: ${door.spoken}${guess}`,
    `${bodyBytes} bytes of at most ${bodyBytesMax}; its key needs the scope ${scope}`,
  ]
}

function readParagraph({ asked, refers }: Explanation): string[][] {
  if (asked === undefined) return []
  const form = asked.stream ? 'a stream' : 'a whole answer'
  const lines = [`read      wants ${form} of "${asked.model}"; about ${asked.estimatedInputTokens} tokens`]
  if (refers) lines.push('goes on with something earlier: the deployment that has it is asked first')
  return [lines]
}

function routeParagraph(explanation: Explanation): string[][] {
  const { plan, asked, isEstimated, deployments, sticky, narrowedBy, leftOut } = explanation
  if (isEstimated) return [['routed    nobody is asked: the answer is an estimate, marked as one']]
  if (plan === undefined || asked === undefined) return []
  const count = `${deployments.length} deployment${deployments.length === 1 ? '' : 's'}`
  return [
    [
      `routed    "${asked.model}" is ${count}, chosen by ${plan.policy}`,
      ...residencyLines(explanation),
      ...(narrowedBy === '' ? [] : [`narrowed by ${narrowedBy}`]),
      ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.join(', ')}`]),
      ...stickyLine(plan, sticky),
      `at most ${plan.attemptsMax} attempts; a stream that breaks ${breakText[plan.onBreak]}`,
      ...hedgeLine(plan),
    ],
  ]
}

function residencyLines({ demands, elsewhere }: Explanation): string[] {
  if (demands.length === 0) return []
  const names = elsewhere.map((deployment) => `${deployment.name} (${residenceText(deployment)})`)
  const never = names.length === 0 ? [] : [`never goes to: ${names.join(', ')}`]
  return [`has to stay: ${demandsText(demands)}`, ...never]
}

const breakText = { error: 'ends with an error', continue: 'is gone on with elsewhere' } as const

function stickyLine({ sticky }: ModelPlan, to: string): string[] {
  if (sticky === undefined) return []
  const by = typeof sticky === 'object' ? `the header ${sticky.header}` : `its ${sticky}`
  return [to === '' ? `would stay with ${by}, which it does not say` : `stays with ${by}: ${to}`]
}

function hedgeLine({ hedge }: ModelPlan): string[] {
  if (hedge === undefined) return []
  const after = hedge.afterMs === undefined ? 'later than 95 of 100' : `${hedge.afterMs} ms late`
  return [`a second deployment is asked when the first token is ${after}`]
}

function deploymentsParagraph({ deployments, asked }: Explanation): string[][] {
  return deployments.map(({ deployment, availability, sending, patienceMs, doubts }: ExplainedDeployment) => {
    const { name, priority, weight, tags } = deployment
    const marks = [
      `priority ${priority}`,
      `weight ${weight}`,
      ...[...tags].map((tag) => `tag ${tag}`),
      ...placeMarks(deployment),
    ]
    return [
      `could go  ${name}: ${marks.join(', ')}; ${availability}`,
      sendingText(sending),
      `given ${patienceMs / 1_000} s for ${asked?.stream === true ? 'its first token' : 'its answer'}`,
      ...doubts,
    ]
  })
}

function placeMarks({ region, dataClass }: ExplainedDeployment['deployment']): string[] {
  return [
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(dataClass === undefined ? [] : [`class ${dataClass}`]),
  ]
}

function sendingText(sending: Sending): string {
  if (sending.kind === 'relay') return "is sent the client's own bytes"
  if (sending.kind === 'refusal') return `cannot be sent this: ${sending.message}`
  const dropped = sending.dropped === '' ? 'nothing is lost' : `without ${sending.dropped}`
  return `is sent a translation into ${sending.dialect}; ${dropped}`
}

function attemptsParagraph(explanation: Explanation): string[][] {
  const { attempts, plan, timeouts, refusal, lastResort } = explanation
  const [first, ...rest] = attempts
  if (first === undefined || plan === undefined || refusal !== undefined) return []
  const fallbacks = rest.slice(0, Math.max(0, plan.attemptsMax - 1))
  return [
    [
      `goes to   ${attemptText(first)}`,
      ...fallbacks.map((attempt) => `if that fails before content: ${attemptText(attempt)}`),
      ...lastOfAll(plan, lastResort),
      `the whole call may take ${timeouts.totalMs / 1_000} s, and a stream be silent for ${timeouts.stallMs / 1_000} s`,
      'all deployments are taken to be well; a running gateway knows better (GET /admin/v1/deployments)',
    ],
  ]
}

function lastOfAll({ cannedMessage }: ModelPlan, lastResort: string | undefined): string[] {
  return [
    ...(lastResort === undefined ? [] : [`when nobody else answers: ${lastResort}`]),
    ...(cannedMessage === undefined ? [] : ["last of all, the config's own message, marked as such"]),
  ]
}

function attemptText({ name, because, isDrawn }: ExplainedAttempt): string {
  return `${name}: ${reasonTexts[because]}${isDrawn ? ' (this time)' : ''}`
}

const reasonTexts: Readonly<Record<Reason, string>> = {
  only: 'no other stands beside it',
  first: 'it stands first',
  weighted: 'drawn by weight',
  turn: 'it is its turn',
  random: 'drawn',
  fastest: 'it is the fastest',
  unmeasured: 'nothing is known of its speed yet',
  cheapest: 'it is the cheapest',
  least_busy: 'it is the least busy',
  best_quality: 'it has the best score',
  sticky: 'calls like this one stay there',
  probe: 'it is being tried out again',
  panic: 'too many are out to be believed',
  last_resort: 'nothing else is left',
}
