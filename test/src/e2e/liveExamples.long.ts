/**
 * `npm run test:long`: what the examples of one-off containers, logs, deployments and backups do besides, as processes.
 */
import { Addons, DatabaseBackups } from "@effect-scalingo/core/Scalingo"
import { NodeScalingo, SandboxServer } from "@effect-scalingo/node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { allClosed, platform, start } from "./exampleProcess.js"

describe("examples", () => {
  it.scopedLive("one-off ends with the exit code 0 of the command", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({ apps: [{ name: "shop" }] })
      const program = yield* start(scalingo, "one-off", "shop", "sh", "-c", "echo 'two words'; exit 0")
      assert.strictEqual(yield* program.ended, 0)
      assert.strictEqual(program.stdout(), "two words\r\n")
      assert.match(program.stderr(), /^Running in one-off-\d+\n$/)
    }))

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

  it.scopedLive("deploy ends with 1 when the deployment fails, and with 130 when it is interrupted", () =>
    Effect.gen(function*() {
      const deploying = (deploymentDuration: "1 second" | "40 seconds") =>
        SandboxServer.make({ accounts: [{ username: "john" }], apps: [{ name: "shop" }] }, { deploymentDuration })
      const folder = yield* temporaryFolder
      Fs.writeFileSync(Path.join(folder, "index.js"), "console.log(1)\n")
      const short = yield* deploying("1 second")
      yield* short.sandbox.failNextDeployment("shop", "build-error")
      const failing = yield* start(short, "deploy", "shop", folder)
      assert.strictEqual(yield* failing.ended, 1)
      assert.include(failing.stderr(), "ended with build-error")
      // The end is far away when the first lines are shown.
      const scalingo = yield* deploying("40 seconds")
      const interrupted = yield* start(scalingo, "deploy", "shop", folder)
      yield* interrupted.until(() => interrupted.stderr().includes("Fetching"))
      yield* interrupted.signal("SIGINT")
      assert.strictEqual(yield* interrupted.ended, 130)
      yield* allClosed(scalingo)
      // The platform goes on.
      assert.strictEqual((yield* scalingo.sandbox.app("shop")).deployments.length, 2)
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
