// A way to a server that can be cut as networks are: everything passes, or nothing comes through any more and nobody says so,
// or every connection is reset.
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { listen } from '../loopback-server.ts'

export type Weather = 'fair' | 'silent' | 'resetting'

export interface ChaosProxy extends AsyncDisposable {
  readonly port: number
  /** How it is from now on, for connections that are there and for new ones. */
  turn(weather: Weather): void
}

/** A way to a port of this machine. */
export async function startChaosProxy(port: number): Promise<ChaosProxy> {
  const ways = new Set<{ readonly near: Socket; readonly far: Socket }>()
  let weather: Weather = 'fair'
  const server = await listen((near) => {
    near.on('error', () => {})
    if (weather === 'resetting') {
      near.resetAndDestroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    far.on('error', () => near.destroy())
    const way = { near, far }
    ways.add(way)
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (bytes) => {
        if (weather !== 'silent') to.write(bytes)
      })
      // Who is cut off does not hear that the other has gone.
      from.on('close', () => {
        if (weather === 'silent') return
        to.destroy()
        ways.delete(way)
      })
    }
    pass(near, far)
    pass(far, near)
  })
  const drop = (): void => {
    for (const { near, far } of ways) {
      near.resetAndDestroy()
      far.destroy()
    }
    ways.clear()
  }
  return {
    port: server.port,
    turn: (next) => {
      weather = next
      // What was lost on the way never comes again: a connection that was silent is of no use afterwards.
      if (next !== 'silent') drop()
    },
    [Symbol.asyncDispose]: async () => {
      drop()
      await server[Symbol.asyncDispose]()
    },
  }
}
