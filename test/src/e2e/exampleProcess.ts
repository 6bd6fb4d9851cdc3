/**
 * The compiled examples as processes, against a sandbox on a port.
 */
import { SandboxServer } from "@effect-scalingo/node"
import { Effect, Redacted } from "effect"
import { programFile, startNode } from "../processes.js"
import { temporaryFolder } from "../temporaryFolder.js"
import type { Seed } from "./kit.js"

export const platform = (seed: Seed.Seed) =>
  SandboxServer.make({ accounts: [{ username: "john" }], ...seed }, {
    operationDuration: "10 millis",
    deploymentDuration: "1 second",
    logInterval: "never"
  })

type Platform = Effect.Effect.Success<ReturnType<typeof platform>>

/** Starts a compiled example with the environment that a person would export. */
export const start = ({ sandbox, server }: Platform, example: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const env = {
      HOME: yield* temporaryFolder,
      SCALINGO_AUTH_URL: server.authUrl,
      SCALINGO_API_TOKEN: Redacted.value(sandbox.token)
    }
    return yield* startNode([programFile(`examples/dist/${example}/main.js`), ...args], { env })
  })

/** No socket is left on the platform. */
export const allClosed = ({ sandbox }: Pick<Platform, "sandbox">): Effect.Effect<void> =>
  Effect.flatMap(
    sandbox.countSockets,
    (count) => count === 0 ? Effect.void : Effect.zipRight(Effect.sleep(20), allClosed({ sandbox }))
  )
