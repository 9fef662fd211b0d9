// Is it the model that was asked for, each time, and does it say so when there is none, or no right to it?
import type { Heard } from '../asker.ts'
import { messageOf, troubleOf } from '../exam.ts'
import type { Exam } from '../exam.ts'
import { finding } from '../finding.ts'
import { isObject } from '../../../dialects/json-object.ts'
import type { JsonObject } from '../../../dialects/json-object.ts'
import type { Figure, Finding } from '../finding.ts'

/** `model`: from all that was answered before. */
export function reportedModel({ patient, reportedModels, fingerprints }: Exam): Finding {
  const asked = patient.deployment.providerModel
  const names = [...new Set(reportedModels)]
  const [first] = names
  const figures = {
    answers: reportedModels.length,
    reported: names.slice(0, 3).join(', ') || undefined,
    fingerprints: fingerprints.length === 0 ? undefined : new Set(fingerprints).size,
    fingerprint: fingerprints.at(-1),
  }
  if (first === undefined) return finding('model', 'weak', ['It does not say which model answers.', figures])
  if (names.length > 1) {
    return finding('model', 'fails', [
      `It answers with ${names.length} different models: ${figures.reported}.`,
      figures,
    ])
  }
  if (!isSameModel(asked, first)) {
    const verdict = /latest/i.test(asked) ? 'weak' : 'fails'
    return finding('model', verdict, [`Asked for ${asked}, it answers with ${first}.`, figures])
  }
  if (new Set(fingerprints).size > 1) {
    return finding('model', 'weak', ['It is the model that was asked for, on systems that differ.', figures])
  }
  return finding('model', 'ok', ['It answers with the model that was asked for.', figures])
}

/** The same beside what was found at an earlier time: a name that stays can come to mean another model. */
export function sinceThen(found: Finding, earlier: JsonObject | undefined): Finding {
  const { figures: before, measured_at: at } = earlier ?? {}
  if (found.check !== 'model' || !isObject(before) || typeof at !== 'string') return found
  const { reported, fingerprint } = found.figures
  const day = at.slice(0, 10)
  if (isOther(before['reported'], reported)) {
    return {
      ...found,
      verdict: 'fails',
      sentence: `It answers with ${reported}; on ${day} it was ${before['reported']}.`,
    }
  }
  if (found.verdict === 'ok' && isOther(before['fingerprint'], fingerprint)) {
    return { ...found, verdict: 'weak', sentence: `It is the same model as on ${day}, on another system.` }
  }
  return found
}

function isOther(before: unknown, now: Figure | undefined): before is string {
  return typeof before === 'string' && now !== undefined && before !== now
}

/** A provider may put a date behind the name, or its own path before it. */
function isSameModel(asked: string, reported: string): boolean {
  const [wanted, told] = [bareName(asked), bareName(reported)]
  return told === wanted || told.startsWith(`${wanted}-`) || wanted.startsWith(`${told}-`)
}

function bareName(name: string): string {
  const last = name.toLowerCase().split('/').at(-1) ?? ''
  return last.replace(/[-:]latest$/, '').replaceAll('@', '-')
}

/** `unknown_model`. */
export async function unknownModel(exam: Exam): Promise<readonly Finding[]> {
  const heard = await exam.askOther(exam.patient.strange)
  const check = 'unknown_model'
  const figures = { status: heard.status }
  if (heard.status === 200)
    return [finding(check, 'fails', ['It answers for a model that does not exist.', figures])]
  if (heard.status === 0)
    return [finding(check, 'unknown', [`It could not be asked: ${troubleOf(heard, exam.patient)}.`])]
  return [
    refusal(check, [heard, 'A model that does not exist', [400, 403, 404, 422].includes(heard.status)], exam),
  ]
}

/** `wrong_key`; nothing where it is not to be tried. */
export async function wrongKey(exam: Exam): Promise<readonly Finding[]> {
  const { patient } = exam
  const { wrongKey: stranger } = patient
  if (stranger === undefined) return []
  const heard = await exam.askOther(stranger)
  const figures = { status: heard.status }
  if (heard.status === 200)
    return [finding('wrong_key', 'fails', ['It answers a key that is none.', figures])]
  if (heard.status === 0)
    return [finding('wrong_key', 'unknown', [`It could not be asked: ${troubleOf(heard, patient)}.`])]
  // Some say it with another status, and mean it.
  const { status, body } = heard
  const isMeant = status === 401 || status === 403 || patient.deployment.keyIsRefused({ status, body })
  return [refusal('wrong_key', [heard, 'A key that is none', isMeant], exam)]
}

function refusal(
  check: string,
  [heard, what, isMeant]: readonly [heard: Heard, what: string, isMeant: boolean],
  { patient }: Exam,
): Finding {
  const { status } = heard
  const figures = { status }
  if (status >= 500)
    return finding(check, 'fails', [`${what} is answered ${status}, as if it were broken.`, figures])
  if (!isMeant) return finding(check, 'weak', [`${what} is answered ${status}.`, figures])
  if (messageOf(heard, patient.deployment) === '') {
    return finding(check, 'weak', [`${what} is answered ${status}, without a word why.`, figures])
  }
  return finding(check, 'ok', [`${what} is answered ${status}, and says why.`, figures])
}
