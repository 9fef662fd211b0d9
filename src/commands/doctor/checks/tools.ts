// Does it call the function that it is made to call, with arguments that are JSON, and two of them at once?
import type { ModelRequest, Tool } from '../../../core/model-request.ts'
import { isObject, parsedObject } from '../../../dialects/json-object.ts'
import type { Heard } from '../asker.ts'
import { isAnswer, isRefusal, troubleOf } from '../exam.ts'
import type { Exam } from '../exam.ts'
import { about, finding } from '../finding.ts'
import type { Finding } from '../finding.ts'

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const
const weather: Tool = {
  kind: 'function',
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  parameters: city,
}
const time: Tool = {
  kind: 'function',
  name: 'get_time',
  description: 'Tells the time in a city.',
  parameters: city,
}
const bound = { stream: true, maxTokens: 1_000 } as const

/** `tools`. */
export async function forcedTool(exam: Exam): Promise<readonly Finding[]> {
  const question = 'What is the weather in Paris? Use the tool.'
  const tools = [weather]
  const forced = await exam.ask(question, {
    ...bound,
    tools,
    toolChoice: { kind: 'tool', name: 'get_weather' },
  })
  if (!isRefusal(forced)) return [about('tools', judge(forced, exam))]
  const free = await exam.ask(question, { ...bound, tools, toolChoice: { kind: 'auto' } })
  const judged = about('tools', judge(free, exam))
  if (judged.verdict !== 'ok') return [judged]
  const sentence = `It calls a tool when it likes, but cannot be made to: ${troubleOf(forced, exam.patient)}.`
  return [{ ...judged, verdict: 'weak', sentence }]
}

function judge(heard: Heard, { patient }: Exam): Finding {
  if (heard.unsaid.includes('tools')) return finding('tools', 'unknown', ['Its wire format has no tools.'])
  if (isRefusal(heard)) return finding('tools', 'fails', [`It takes no tools: ${troubleOf(heard, patient)}.`])
  if (!isAnswer(heard))
    return finding('tools', 'unknown', [`No answer with a tool came: ${troubleOf(heard, patient)}.`])
  const [call] = callsOf(heard)
  if (call === undefined) return finding('tools', 'fails', ['Made to call a tool, it calls none.'])
  if (call.name !== 'get_weather')
    return finding('tools', 'fails', ['It calls a tool that it was not given.'])
  const values = parsedObject(call.text)
  if (values === undefined) return finding('tools', 'fails', ['The arguments of its call are not JSON.'])
  const fits = isObject(values) && typeof values['city'] === 'string'
  if (!fits)
    return finding('tools', 'weak', ['It calls the tool, but with arguments that do not fit its schema.'])
  return finding('tools', 'ok', ['Made to call a tool, it does, with arguments that fit.'])
}

/** `parallel_tools`. */
export async function twoTools(exam: Exam): Promise<readonly Finding[]> {
  const wanted: Partial<ModelRequest> = {
    tools: [weather, time],
    toolChoice: { kind: 'any' },
    parallelTools: true,
  }
  const question = 'Call both tools now, at once: the weather in Paris, and the time in Paris.'
  const heard = await exam.ask(question, { ...bound, ...wanted })
  const check = 'parallel_tools'
  if (isRefusal(heard))
    return [finding(check, 'fails', [`It does not take two tools: ${troubleOf(heard, exam.patient)}.`])]
  if (!isAnswer(heard))
    return [finding(check, 'unknown', [`No answer came: ${troubleOf(heard, exam.patient)}.`])]
  const calls = callsOf(heard)
  const figures = { calls: calls.length }
  if (calls.some(({ text }) => parsedObject(text) === undefined)) {
    return [finding(check, 'fails', ['The arguments of its calls are not JSON.', figures])]
  }
  if (calls.length === 0)
    return [finding(check, 'fails', ['Given two tools to call, it calls none.', figures])]
  if (calls.length === 1) return [finding(check, 'weak', ['It calls one tool at a time.', figures])]
  return [finding(check, 'ok', ['It calls two tools at once.', figures])]
}

interface Called {
  readonly name: string
  text: string
}

function callsOf({ events }: Heard): readonly Called[] {
  const calls = new Map<number, Called>()
  for (const { is } of events) {
    if (is.kind === 'tool-call') calls.set(is.call, { name: is.name, text: '' })
    const called = is.kind === 'tool-call-delta' ? calls.get(is.call) : undefined
    if (called !== undefined && is.kind === 'tool-call-delta') called.text += is.text
  }
  return [...calls.values()]
}
