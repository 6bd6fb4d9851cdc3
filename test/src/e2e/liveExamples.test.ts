/**
 * The examples of logs, one-off containers and deployments as processes, against a sandbox on a port.
 */
import { SandboxServer } from "@effect-scalingo/node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { startNode } from "../processes.js"
import { temporaryFolder } from "../temporaryFolder.js"
import type { Seed } from "./kit.js"

const examples = fileURLToPath(new URL("../../../examples/dist", import.meta.url))

const platform = (seed: Seed.Seed) =>
  SandboxServer.make({ accounts: [{ username: "john" }], ...seed }, {
    operationDuration: "10 millis",
    deploymentDuration: "1 second",
    logInterval: "never"
  })

type Platform = Effect.Effect.Success<ReturnType<typeof platform>>

/** Starts a compiled example with the environment that a person would export. */
const start = ({ sandbox, server }: Platform, example: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const env = {
      HOME: yield* temporaryFolder,
      SCALINGO_AUTH_URL: server.authUrl,
      SCALINGO_API_TOKEN: Redacted.value(sandbox.token)
    }
    return yield* startNode([Path.join(examples, example, "main.js"), ...args], { env })
  })

/** No socket is left on the platform. */
const allClosed = ({ sandbox }: Platform): Effect.Effect<void> =>
  Effect.flatMap(
    sandbox.countSockets,
    (count) => count === 0 ? Effect.void : Effect.zipRight(Effect.sleep(20), allClosed({ sandbox } as Platform))
  )

describe("examples", () => {
  it.scopedLive("tail shows the lines of all apps of a region, and nothing that acts on a terminal", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({
        apps: [
          { name: "shop", containers: { web: 1 }, logs: ["before"] },
          { name: "blog", containers: { web: 1 }, logs: [] },
          { name: "never-deployed", deployed: false }
        ]
      })
      const tail = yield* start(scalingo, "tail")
      yield* tail.until(() => tail.stdout().includes("before"))
      yield* scalingo.sandbox.writeLogs("blog", ["\u001b[2Jclear\u001b[0m ✓"])
      yield* scalingo.sandbox.writeLogs("shop", [`method=GET path="/a" host=shop status=500 duration=0.012s`], {
        container: "router"
      })
      yield* tail.until(() => tail.stdout().includes("✓") && tail.stdout().includes("500"))
      assert.match(tail.stdout(), /^\d\d:\d\d:\d\d shop web-1 {6}before$/m)
      assert.match(tail.stdout(), /^\d\d:\d\d:\d\d blog web-1 {6}clear ✓$/m)
      assert.match(tail.stdout(), /^\d\d:\d\d:\d\d shop router {5}GET \/a 500$/m)
      assert.include(tail.stderr(), "Following shop, blog")
      yield* tail.signal("SIGINT")
      assert.strictEqual(yield* tail.ended, 0)
      yield* allClosed(scalingo)
    }))

  for (const code of [0, 3]) {
    it.scopedLive(`one-off ends with the exit code ${code} of the command`, () =>
      Effect.gen(function*() {
        const scalingo = yield* platform({ apps: [{ name: "shop" }] })
        const program = yield* start(scalingo, "one-off", "shop", "sh", "-c", `echo 'two words'; exit ${code}`)
        assert.strictEqual(yield* program.ended, code)
        assert.strictEqual(program.stdout(), "two words\r\n")
        assert.match(program.stderr(), /^Running in one-off-\d+\n$/)
      }))
  }

  it.scopedLive("one-off stops the container when it is interrupted", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({ apps: [{ name: "shop", containers: { web: 1 } }] })
      const program = yield* start(scalingo, "one-off", "shop", "sleep", "1000")
      yield* program.until(() => program.stderr().includes("Running in"))
      yield* program.signal("SIGINT")
      assert.strictEqual(yield* program.ended, 130)
      assert.deepStrictEqual((yield* scalingo.sandbox.app("shop")).containers, ["web-1"])
    }))
})
