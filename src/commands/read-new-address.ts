// The address of a database as a command is told it: the same words that `database` takes in a config.
import { databaseSetting } from '../store/settings.ts'
import { configFacts } from './config-facts.ts'
import type { ProcessPort } from './process-port.ts'

const addressBytesMax = 16 * 1024
const advice =
  '--to takes env:NAME or file:PATH, or an address without a password: postgres://user@host:5432/name'

/** The address of a PostgreSQL. Throws an Error that repeats nothing of it. */
export function readNewAddress(to: string, port: ProcessPort): string {
  const checked = databaseSetting.safeParse(to)
  if (!checked.success) throw new Error(`--to: ${checked.error.issues[0]?.message ?? advice}.`)
  const url = addressIn(to, port)
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new Error(`What --to names is no address of PostgreSQL. ${advice}.`)
  return url
}

function addressIn(to: string, port: ProcessPort): string {
  const facts = configFacts(port)
  const name = to.slice(to.indexOf(':') + 1)
  if (to.startsWith('env:')) {
    const text = facts.environment[name]
    if (text === undefined || text === '')
      throw new Error(`The variable ${name}, which --to names, is not set.`)
    return text
  }
  if (!to.startsWith('file:')) return to
  const read = facts.readText(facts.fullPath(name), addressBytesMax)
  if (!read.ok) throw new Error(`The file ${name}, which --to names, ${read.reason}.`)
  return read.text.replace(/\r?\n$/, '')
}
