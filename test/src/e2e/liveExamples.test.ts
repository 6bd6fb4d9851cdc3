/**
 * The examples of logs, one-off containers and deployments as processes, against a sandbox on a port.
 */
import { Addons, DatabaseBackups } from "@effect-scalingo/core/Scalingo"
import { NodeScalingo, SandboxServer } from "@effect-scalingo/node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as Fs from "node:fs"
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
const allClosed = ({ sandbox }: Pick<Platform, "sandbox">): Effect.Effect<void> =>
  Effect.flatMap(
    sandbox.countSockets,
    (count) => count === 0 ? Effect.void : Effect.zipRight(Effect.sleep(20), allClosed({ sandbox }))
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

  it.scopedLive("errors finds the errors of the last day in archives and live logs", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({
        apps: [{ name: "shop", containers: { web: 1 }, logs: ["\u001b[31mError: no disk\u001b[0m", "fine"] }]
      })
      yield* scalingo.sandbox.writeLogs("shop", [`method=GET path="/a" host=shop status=502 duration=0.012s`], {
        container: "router"
      })
      const program = yield* start(scalingo, "errors")
      assert.strictEqual(yield* program.ended, 0)
      const lines = program.stdout().trimEnd().split("\n")
      assert.isTrue(lines.every((line) => line.startsWith("shop: ")))
      assert.isTrue(lines.some((line) => line.endsWith("[web-1] Error: no disk")))
      assert.isTrue(lines.some((line) => line.includes("status=502")))
      assert.notInclude(program.stdout(), "fine")
      assert.match(program.stderr(), /^shop: \d+ errors in \d+ lines\n\d+ errors in 1 apps\n$/)
    }))

  it.scopedLive("deploy shows the upload and the build, and prints the id of the deployment", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({ apps: [{ name: "shop", deployed: false }] })
      const folder = yield* temporaryFolder
      Fs.writeFileSync(Path.join(folder, "index.js"), "console.log(1)\n")
      const program = yield* start(scalingo, "deploy", "shop", folder)
      assert.strictEqual(yield* program.ended, 0, program.stderr())
      const { deployments } = yield* scalingo.sandbox.app("shop")
      assert.deepStrictEqual(deployments, [{ id: program.stdout().trimEnd(), status: "success" }])
      for (const text of ["Packed 1 files", "Uploaded 0.0 MB", "Building with buildpack", "\nsuccess\n"]) {
        assert.include(program.stderr(), text)
      }
      // There is no terminal.
      assert.notInclude(program.stderr(), "\u001b")
    }))

  it.scopedLive("deploy ends with 1 when the deployment fails, and with 130 when it is interrupted", () =>
    Effect.gen(function*() {
      const scalingo = yield* SandboxServer.make({ accounts: [{ username: "john" }], apps: [{ name: "shop" }] }, {
        deploymentDuration: "2 seconds"
      })
      const folder = yield* temporaryFolder
      Fs.writeFileSync(Path.join(folder, "index.js"), "console.log(1)\n")
      yield* scalingo.sandbox.failNextDeployment("shop", "build-error")
      const failing = yield* start(scalingo, "deploy", "shop", folder)
      assert.strictEqual(yield* failing.ended, 1)
      assert.include(failing.stderr(), "ended with build-error")
      const interrupted = yield* start(scalingo, "deploy", "shop", folder)
      yield* interrupted.until(() => interrupted.stderr().includes("Fetching"))
      yield* interrupted.signal("SIGINT")
      assert.strictEqual(yield* interrupted.ended, 130)
      yield* allClosed(scalingo)
      // The platform goes on.
      assert.strictEqual((yield* scalingo.sandbox.app("shop")).deployments.length, 3)
    }))

  it.scopedLive("backups downloads the newest backup of every database, and leaves what is there", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({
        apps: [{ name: "shop", addons: ["postgresql"] }, { name: "blog", addons: ["mysql", "redis"] }, {
          name: "other"
        }]
      })
      const client = Layer.orDie(
        NodeScalingo.layer({ apiToken: scalingo.sandbox.token, authUrl: scalingo.server.authUrl })
      )
      yield* Effect.gen(function*() {
        const addons = yield* Addons
        const backups = yield* DatabaseBackups
        for (const app of ["shop", "blog"]) {
          for (const { addon_provider, id } of yield* addons.list(app)) {
            if (addon_provider.id !== "redis") yield* backups.createAndAwait({ app, addonId: id })
          }
        }
      }).pipe(Effect.provide(client))
      const folder = yield* temporaryFolder
      const program = yield* start(scalingo, "backups", folder)
      assert.strictEqual(yield* program.ended, 0, program.stderr())
      assert.match(Fs.readdirSync(folder).sort().join(" "), /^blog-mysql-\S+\.tar\.gz shop-postgresql-\S+\.tar\.gz$/)
      assert.match(program.stderr(), /^blog-redis +has no backup$/m)
      const again = yield* start(scalingo, "backups", folder)
      assert.strictEqual(yield* again.ended, 0)
      assert.strictEqual(again.stderr().match(/is there already/g)?.length, 2)
    }))
})
