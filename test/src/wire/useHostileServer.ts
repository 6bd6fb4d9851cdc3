/**
 * One hostile server for all tests of a file.
 */
import { Effect, Exit, Scope } from "effect"
import { afterAll, beforeAll } from "vitest"
import { type HostileServer, hostileServer } from "./hostile.js"

/** Starts the server before the tests of a file, and stops it after them. */
export const useHostileServer = (): Effect.Effect<HostileServer> => {
  const scope = Effect.runSync(Scope.make())
  let server: HostileServer | undefined
  beforeAll(async () => {
    server = await Effect.runPromise(Scope.extend(hostileServer, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return Effect.suspend(() =>
    server === undefined ? Effect.dieMessage("the server is not started") : Effect.succeed(server)
  )
}
