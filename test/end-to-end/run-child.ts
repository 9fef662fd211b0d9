// What a person's own program does behind `sallyport run`: the official client with nothing but its defaults. Its words
// are models, called one after the other; `wait` stays until a signal comes, `exit-7` ends with 7.
import OpenAI from 'openai'

const client = new OpenAI({ maxRetries: 0 })

for (const word of process.argv.slice(2)) {
  if (word === 'wait') await untilSignal()
  else if (word.startsWith('exit-')) process.exit(Number(word.slice('exit-'.length)))
  else await call(word)
}

/** What it prints is what the tests read. */
function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function call(model: string): Promise<void> {
  const messages = [{ role: 'user' as const, content: 'Tell me of gates' }]
  try {
    const answer = await client.chat.completions.create({ model, messages })
    say(`${model}: ${answer.usage?.prompt_tokens}+${answer.usage?.completion_tokens}`)
  } catch (failure) {
    say(`${model}: ${failure instanceof OpenAI.APIError ? failure.status : String(failure)}`)
  }
}

/** Says that it is there, and ends with a code of its own when it is asked to. */
async function untilSignal(): Promise<void> {
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve(name))
    say('waiting')
  })
  say(`got ${signal}`)
  process.exit(5)
}
