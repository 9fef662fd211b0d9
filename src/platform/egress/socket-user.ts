// Who listens to a socket. The runtime's callbacks are the same few functions for every socket and find the listener at
// the socket itself: first whoever connects, then the connection. Functions made for each would last as long as it does.

export interface SocketUser {
  opened(socket: EgressSocket): void
  /** `problem`: what the runtime has against the certificate, if anything. */
  shaken(socket: EgressSocket, problem: unknown): void
  received(bytes: Buffer, socket: EgressSocket): void
  /** More can be written. */
  drain(): void
  /** The peer sends no more, and has said so in order. */
  ended(): void
  failed(): void
  closed(socket: EgressSocket): void
}

export type EgressSocket = Bun.Socket<SocketUser>

/** For a socket that has been open before TLS was begun on it. */
export const upgradedHandler: Bun.SocketHandler<SocketUser> = {
  binaryType: 'buffer',
  handshake: (socket, _success, problem) => socket.data.shaken(socket, problem),
  data: (socket, bytes: Buffer) => socket.data.received(bytes, socket),
  drain: (socket) => socket.data.drain(),
  end: (socket) => socket.data.ended(),
  error: (socket) => socket.data.failed(),
  close: (socket) => socket.data.closed(socket),
}

export const socketHandler: Bun.SocketHandler<SocketUser> = {
  ...upgradedHandler,
  open: (socket) => socket.data.opened(socket),
}
