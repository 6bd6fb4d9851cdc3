/**
 * Servers of `node:http` and `node:net` for tests.
 */
import { Effect } from "effect"
import type * as Net from "node:net"

/** Listens on a port of 127.0.0.1 until the scope is closed, and gives the URL. */
export const listen = (server: Net.Server) => {
  // The server forgets the connections of a `CONNECT` and of a WebSocket, and waits for them in the end.
  const sockets = new Set<Net.Socket>()
  server.on("connection", (socket: Net.Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return Effect.acquireRelease(
    Effect.async<string>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        resume(Effect.succeed(`http://127.0.0.1:${(server.address() as Net.AddressInfo).port}`))
      })
    }),
    () =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
  )
}
