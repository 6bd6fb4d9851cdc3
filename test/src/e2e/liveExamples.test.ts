/**
 * The examples of logs, one-off containers and deployments as processes, against a sandbox on a port. More of them are in
 * `liveExamples.long.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { allClosed, platform, start } from "./exampleProcess.js"

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

  it.scopedLive("one-off ends with the exit code 3 of the command", () =>
    Effect.gen(function*() {
      const scalingo = yield* platform({ apps: [{ name: "shop" }] })
      const program = yield* start(scalingo, "one-off", "shop", "sh", "-c", "echo 'two words'; exit 3")
      assert.strictEqual(yield* program.ended, 3)
      assert.strictEqual(program.stdout(), "two words\r\n")
      assert.match(program.stderr(), /^Running in one-off-\d+\n$/)
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
})
