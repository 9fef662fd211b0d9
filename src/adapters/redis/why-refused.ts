// Why a Redis does not let us in. The runtime's client says of a wrong password no more than that the connection was closed;
// so once for each time that it is lost somebody asks by hand, and listens to what the server says first.
import { Buffer } from 'node:buffer'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'

const waitMs = 1_000
const wordsMax = 200
/** Nobody who is let in is told more than this. */
const fine = /^(\+OK|\+PONG)$/

interface Refused {
  readonly url: string
  readonly ca: string | undefined
}

/** In the server's words, or what is wrong with its certificate; undefined where neither is known. Never rejects. */
export async function whyRefused({ url, ca }: Refused): Promise<string | undefined> {
  const { protocol, hostname, port, pathname, username, password } = new URL(url)
  const questions = [...authentication(username, password), ...database(pathname), ['PING']]
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? '6379' : port) }
  const isTls = protocol === 'rediss:'
  const socket = isTls ? connectTls({ ...place, ...(ca !== undefined && { ca }) }) : connect(place)
  const said = Promise.withResolvers<string | undefined>()
  let text = ''
  // Not before it is known who is there: a password goes with it.
  socket.once(isTls ? 'secureConnect' : 'connect', () => socket.write(questions.map(wire).join('')))
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    const lines = text.split('\r\n').slice(0, -1)
    const refusal = lines.find((line) => !fine.test(line))
    if (refusal !== undefined || lines.length >= questions.length) said.resolve(refusal?.replace(/^-/, ''))
  })
  socket.once('error', (failure) => said.resolve(isTls ? failure.message : undefined))
  socket.once('close', () => said.resolve(undefined))
  socket.setTimeout(waitMs, () => said.resolve(undefined))
  const refusal = await said.promise
  socket.destroy()
  return refusal?.slice(0, wordsMax)
}

function authentication(username: string, password: string): readonly (readonly string[])[] {
  const [name, secret] = [decoded(username), decoded(password)]
  if (secret === '') return []
  return [name === '' ? ['AUTH', secret] : ['AUTH', name, secret]]
}

/** As the runtime's client reads it: a `%` that begins no byte is one. */
function decoded(text: string): string {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString()
}

function database(pathname: string): readonly (readonly string[])[] {
  const number = pathname.replace(/^\//, '')
  return number === '' ? [] : [['SELECT', number]]
}

function wire(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}
