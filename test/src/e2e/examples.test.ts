/**
 * The examples as processes, against a sandbox on a port.
 */
import { SandboxServer } from "@effect-scalingo/node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { programFile, runNode } from "../processes.js"
import { temporaryFolder } from "../temporaryFolder.js"

/** Runs a compiled example with the environment that a person would export, and gives what it prints. */
const run = (
  { sandbox, server }: Effect.Effect.Success<ReturnType<typeof SandboxServer.make>>,
  example: string,
  ...args: ReadonlyArray<string>
) =>
  Effect.gen(function*() {
    const env = {
      HOME: yield* temporaryFolder,
      SCALINGO_AUTH_URL: server.authUrl,
      SCALINGO_API_TOKEN: Redacted.value(sandbox.token)
    }
    const { output } = yield* Effect.promise(() =>
      runNode([programFile(`examples/dist/${example}/main.js`), ...args], { env })
    )
    return output
  })

describe("examples", () => {
  it.scopedLive("getting-started lists the apps of all regions with their costs", () =>
    Effect.gen(function*() {
      const platform = yield* SandboxServer.make({
        accounts: [{ username: "john" }],
        apps: [
          { name: "shop", containers: { web: 2 }, addons: ["postgresql-starter-512"] },
          { name: "blog", region: "osc-secnum-fr1", containers: { web: 1 } }
        ]
      })
      const printed = yield* run(platform, "getting-started")
      const lines = printed.trimEnd().split("\n")
      assert.deepStrictEqual(lines.map((line) => line.split("\t")[0]), ["osc-fr1", "shop", "osc-secnum-fr1", "blog"])
      const [, shop] = lines
      assert.match(shop ?? "", /^shop\tjohn\trunning\tscalingo-\d\d\t\d+\.\d\d\tEUR$/)
      assert.isAbove(Number(shop?.split("\t")[4]), 0)
    }))

  it.scopedLive("provision sets an app up, and changes nothing when it runs again", () =>
    Effect.gen(function*() {
      const platform = yield* SandboxServer.make(
        { accounts: [{ username: "john" }, { username: "alice" }], apps: [] },
        {
          operationDuration: "10 millis",
          deploymentDuration: "10 millis"
        }
      )
      const file = Path.join(yield* temporaryFolder, ".env")
      yield* Effect.sync(() => Fs.writeFileSync(file, "NODE_ENV=production\nPASSWORD='a#b \"c\"'\n"))
      assert.deepStrictEqual((yield* run(platform, "provision", "my-shop", file)).trimEnd().split("\n"), [
        "+ app my-shop",
        "+ addon postgresql-starter-512",
        "+ domain www.my-shop.example.com",
        "+ variable NODE_ENV",
        "+ variable PASSWORD",
        "+ collaborator alice@example.com",
        "+ log drain to logs.example.com",
        "+ autoscaler of web"
      ])
      const writes = Effect.map(
        platform.sandbox.requests,
        (requests) =>
          requests.filter(({ method, path }) => method !== "GET" && !path.endsWith("/tokens/exchange")).length
      )
      const before = yield* writes
      assert.strictEqual(yield* run(platform, "provision", "my-shop", file), "nothing has changed\n")
      assert.strictEqual(yield* writes, before)
      const { addons, variables } = yield* platform.sandbox.app("my-shop")
      assert.deepStrictEqual(addons, ["postgresql-starter-512"])
      assert.strictEqual(variables["PASSWORD"], "a#b \"c\"")
    }))
})
