/**
 * Servers of `node:http` for tests.
 */
import { Effect } from "effect"
import type * as Http from "node:http"
import type { AddressInfo } from "node:net"

/** Listens on a port of 127.0.0.1 until the scope is closed, and gives the URL. */
export const listen = (server: Http.Server) =>
  Effect.acquireRelease(
    Effect.async<string>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        resume(Effect.succeed(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
      })
    }),
    () =>
      Effect.async<void>((resume) => {
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  )
