// Connections on this machine alone, byte by byte: for who must send what a proper HTTP server would not.
import { createServer } from 'node:net'
import type { Socket } from 'node:net'

export interface BareConnection {
  /** The other side has closed it, or it is broken. */
  readonly gone: boolean
  write(text: string): void
  /** Closes it when what was written is sent. */
  end(): void
}

export interface BareListener {
  bytes(piece: Buffer): void
  /** The other side has gone; told once or more. */
  left(): void
}

export interface BareServer {
  readonly port: number
  /** Cuts every connection. */
  close(): void
}

/** Listens on the loopback address; 0 takes a free port. Rejects with the system's words. */
export function startBareServer(
  port: number,
  accept: (connection: BareConnection) => BareListener,
): Promise<BareServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let gone = false
    const listener = accept({
      get gone() {
        return gone || socket.destroyed
      },
      write: (text) => void socket.write(text),
      end: () => void socket.end(),
    })
    const left = (): void => {
      gone = true
      listener.left()
    }
    socket.setNoDelay(true)
    socket.on('data', (piece) => listener.bytes(Buffer.from(piece)))
    socket.on('error', left)
    socket.on('end', left)
    socket.on('close', () => {
      sockets.delete(socket)
      left()
    })
  })
  const close = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, close })
    })
  })
}
