// Agents as people write them with the official clients: each keeps its conversation in its client's own words, gives back
// what the model said as it came, and asks again with the results of its tools.
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'

export interface AgentCall {
  readonly id: string
  readonly name: string
  /** JSON text. */
  readonly arguments: string
}

export interface AgentResult {
  readonly id: string
  readonly text: string
}

export interface Agent {
  /** Hands in the results of the calls before, and gives the calls that the model answers with. */
  turn(results: readonly AgentResult[]): Promise<readonly AgentCall[]>
  /** The text of the last answer. */
  readonly text: string
}

export interface AgentPlace {
  readonly url: string
  readonly key: string
  /** Which model is asked next. */
  model(): string
  readonly isStream: boolean
}

export type AgentMaker = (place: AgentPlace) => Agent

const task = 'Look up every city, one after the other.'
const instructions = 'You are thorough.'
const schema = {
  type: 'object' as const,
  properties: { z: { type: 'string' }, a: { type: 'object' } },
}
const toolNames = ['look_up', 'compare']

export const anthropicAgent: AgentMaker = ({ url, key, model, isStream }) => {
  const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: task }]
  const agent = {
    text: '',
    turn: async (results: readonly AgentResult[]) => {
      if (results.length > 0) {
        const content = results.map(({ id, text }) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: text,
        }))
        messages.push({ role: 'user', content })
      }
      const asked = {
        model: model(),
        max_tokens: 4000,
        system: instructions,
        thinking: { type: 'enabled' as const, budget_tokens: 2000 },
        tools: toolNames.map((name) => ({ name, description: 'A tool', input_schema: schema })),
        messages,
      }
      const message = await (isStream
        ? client.messages.stream(asked).finalMessage()
        : client.messages.create(asked))
      messages.push({ role: 'assistant', content: message.content })
      agent.text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      return message.content.flatMap((block): AgentCall[] =>
        block.type === 'tool_use'
          ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }]
          : [],
      )
    },
  }
  return agent
}

export const chatAgent: AgentMaker = ({ url, key, model, isStream }) => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'developer', content: instructions },
    { role: 'user', content: task },
  ]
  const agent = {
    text: '',
    turn: async (results: readonly AgentResult[]) => {
      for (const { id, text } of results) messages.push({ role: 'tool', tool_call_id: id, content: text })
      const asked = {
        model: model(),
        reasoning_effort: 'medium' as const,
        tools: toolNames.map((name) => ({
          type: 'function' as const,
          function: { name, description: 'A tool', parameters: schema },
        })),
        messages,
      }
      const completion = await (isStream
        ? client.chat.completions.stream(asked).finalChatCompletion()
        : client.chat.completions.create(asked))
      const message = completion.choices[0]?.message
      if (message === undefined) throw new Error('the completion has no choice')
      messages.push(message)
      agent.text = message.content ?? ''
      return (message.tool_calls ?? []).flatMap((call): AgentCall[] =>
        call.type === 'function'
          ? [{ id: call.id, name: call.function.name, arguments: call.function.arguments }]
          : [],
      )
    },
  }
  return agent
}

/** `goesOn`: by the id of the response before, kept by the gateway; else it sends all of its items again. */
const responsesAgentThat =
  (goesOn: boolean): AgentMaker =>
  ({ url, key, model, isStream }) => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    let input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: task }]
    let previous: string | undefined
    const agent = {
      text: '',
      turn: async (results: readonly AgentResult[]) => {
        const outputs = results.map(({ id, text }) => ({
          type: 'function_call_output' as const,
          call_id: id,
          output: text,
        }))
        input = goesOn && previous !== undefined ? outputs : [...input, ...outputs]
        const asked = {
          model: model(),
          instructions,
          reasoning: { effort: 'medium' as const, summary: 'auto' as const },
          tools: toolNames.map((name) => ({
            type: 'function' as const,
            name,
            description: 'A tool',
            parameters: schema,
            strict: false,
          })),
          input,
          ...(goesOn
            ? { ...(previous !== undefined && { previous_response_id: previous }) }
            : { store: false, include: ['reasoning.encrypted_content' as const] }),
        }
        const response = await (isStream
          ? client.responses.stream(asked).finalResponse()
          : client.responses.create(asked))
        previous = response.id
        input = [...input, ...(response.output as OpenAI.Responses.ResponseInput)]
        agent.text = response.output_text
        return response.output.flatMap((item): AgentCall[] =>
          item.type === 'function_call'
            ? [{ id: item.call_id, name: item.name, arguments: item.arguments }]
            : [],
        )
      },
    }
    return agent
  }

export const responsesAgent = responsesAgentThat(false)
export const keptResponsesAgent = responsesAgentThat(true)
