// A wire between a client and a server on this machine that can be slow, or swallow everything.
import type { Socket } from 'bun'

export interface SlowWire {
  readonly port: number
  /** How late everything arrives that is sent from now on, each way. */
  delayMs: number
  /** Nothing arrives any more, and nobody is told. */
  isSilent: boolean
  stop(): void
}

interface End {
  other: Socket<End> | undefined
  readonly waiting: Uint8Array[]
}

/** Opens one on a free port. */
export async function openSlowWire(serverPort: number): Promise<SlowWire> {
  const open = new Set<Socket<End>>()
  const wire = { delayMs: 0, isSilent: false }
  const pass = (from: Socket<End>, bytes: Uint8Array): void => {
    if (wire.isSilent) return
    const copy = new Uint8Array(bytes)
    const send = (): void => {
      const { other, waiting } = from.data
      if (other === undefined) waiting.push(copy)
      else other.write(copy)
    }
    if (wire.delayMs === 0) send()
    else setTimeout(send, wire.delayMs)
  }
  const close = (socket: Socket<End>): void => {
    open.delete(socket)
    socket.data.other?.end()
  }
  const handlers = {
    data: pass,
    close,
    error: close,
  }
  const listener = Bun.listen<End>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      ...handlers,
      open: (client) => {
        client.data = { other: undefined, waiting: [] }
        open.add(client)
        void Bun.connect<End>({
          hostname: '127.0.0.1',
          port: serverPort,
          data: { other: client, waiting: [] },
          socket: {
            ...handlers,
            open: (server) => {
              open.add(server)
              client.data.other = server
              for (const bytes of client.data.waiting.splice(0)) server.write(bytes)
            },
          },
        }).catch(() => client.end())
      },
    },
  })
  return Object.assign(wire, {
    port: listener.port,
    stop: () => {
      listener.stop(true)
      for (const socket of open) socket.end()
    },
  })
}
