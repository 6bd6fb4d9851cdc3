/**
 * The command `scalingo-sandbox`, over real sockets. What only a process can show has one of its own.
 */
import { Fault } from "@effect-scalingo/core/testing"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { at } from "../official/kit.js"
import { type Ended, runNode, tsc } from "../processes.js"
import { type ServedSandbox, serveFailing, serveSandbox, startSandbox } from "../sandboxCommand.js"
import { temporaryFolder } from "../temporaryFolder.js"

const bin = fileURLToPath(new URL("../../../packages/node/bin/scalingo-sandbox.js", import.meta.url))
const token = "tk-us-secret-of-the-test"
const password = "password-of-the-test"

/** A file in a folder that is gone after the test. */
const file = (content: unknown, name = "file.json") =>
  Effect.map(temporaryFolder, (folder) => {
    const path = Path.join(folder, name)
    Fs.writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content))
    return path
  })

const seed = {
  accounts: [{ username: "john", password, tokens: [token] }],
  apps: [{ name: "my-app" }, { name: "another-app", region: "osc-secnum-fr1" }]
}

const startSeeded = (args: ReadonlyArray<string> = []) =>
  Effect.flatMap(file(seed), (path) => startSandbox(["--seed", path, ...args]))

const serveSeeded = (args: ReadonlyArray<string> = []) =>
  Effect.flatMap(file(seed), (path) => serveSandbox(["--seed", path, ...args]))

interface Options {
  readonly method?: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: unknown
}

interface Reply {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly json: unknown
}

/** One request, with any Host header. */
const request = (url: string, { body, headers = {}, method = "GET" }: Options = {}) =>
  Effect.async<Reply>((resume) => {
    const sent = Http.request(url, {
      method,
      agent: false,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) }
    }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part
      }).on("end", () => {
        resume(Effect.sync(() => ({
          status: response.statusCode ?? 0,
          headers: response.headers,
          json: /json/.test(response.headers["content-type"] ?? "") ? JSON.parse(text) : text
        })))
      })
    })
    sent.on("error", (error) => resume(Effect.die(error)))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })

const basic = `Basic ${Buffer.from(`:${token}`).toString("base64")}`

/** Exchanges the API token, as every client does. */
const signIn = ({ url }: ServedSandbox) =>
  Effect.map(
    request(`${url}/auth/v1/tokens/exchange`, { method: "POST", headers: { authorization: basic } }),
    ({ json }) => ({ authorization: `Bearer ${String(at(json, "token"))}` })
  )

const refused = (args: ReadonlyArray<string>): Effect.Effect<Ended> => Effect.promise(() => runNode([bin, ...args]))

/** Where the operation of an app is. */
const operationOf = (url: string, id: string) => `${url}/api/osc-fr1/v1/apps/my-app/operations/${id}`
const idIn = (location: string | undefined) => /operations\/(\w+)$/.exec(location ?? "")?.[1] ?? ""

const restart = (url: string, headers: Options["headers"] = {}) =>
  Effect.map(
    request(`${url}/api/osc-fr1/v1/apps/my-app/restart`, { method: "POST", headers }),
    (reply) => ({ ...reply, id: idIn(reply.headers.location) })
  )

const awaitDone = (url: string, headers: Options["headers"] = {}) =>
  Effect.repeat(Effect.zipLeft(request(url, { headers }), Effect.sleep("50 millis")), {
    until: ({ json }) => at(json, "operation.status") === "done"
  })

const durationOf = (operation: unknown): number =>
  Date.parse(String(at(operation, "operation.finished_at"))) - Date.parse(String(at(operation, "operation.created_at")))

describe("scalingo-sandbox", { concurrent: true }, () => {
  beforeAll(tsc("-b", "packages/core", "packages/node"))

  it.scopedLive("prints the real port, is ready with the seed, and ends on SIGTERM with 0", () =>
    Effect.gen(function*() {
      const sandbox = yield* startSeeded()
      assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
      assert.strictEqual((yield* request(`${sandbox.url}/ready`)).status, 200)
      const headers = yield* signIn(sandbox)
      const { json } = yield* request(`${sandbox.url}/api/osc-fr1/v1/apps`, { headers })
      assert.strictEqual(at(json, "apps.0.name"), "my-app")
      for (
        const line of [
          `export SCALINGO_API_TOKEN=${token}`,
          `export SCALINGO_AUTH_URL=${sandbox.url}/auth`,
          `export SCALINGO_API_URL=${sandbox.url}/api/osc-fr1`,
          `export SCALINGO_DB_URL=${sandbox.url}/db/osc-fr1`
        ]
      ) {
        assert.include(sandbox.output(), line)
      }
      assert.strictEqual(yield* sandbox.end("SIGTERM"), 0)
      assert.match(sandbox.output(), /^\S+ POST +auth +\/tokens\/exchange 200 [\d.]+ m?s$/m)
      // No terminal, no colours.
      assert.notInclude(sandbox.output(), "\x1b")
    }))

  it.scopedLive("ends on SIGINT with 130 and keeps its state, also with a client that waits", () =>
    Effect.gen(function*() {
      const state = Path.join(yield* temporaryFolder, "state.json")
      const faults = yield* file({
        rules: [{ on: { pattern: "^/regions$" }, fault: { name: "delay", duration: "1 hour" } }]
      })
      const sandbox = yield* startSeeded(["--faults", faults, "--state", state])
      yield* signIn(sandbox)
      yield* Effect.fork(Effect.ignore(Effect.sandbox(request(`${sandbox.url}/auth/v1/regions`))))
      assert.strictEqual(yield* sandbox.end("SIGINT"), 130)
      assert.include(Fs.readFileSync(state, "utf8"), "/tokens/exchange")
    }))

  const wrongArguments: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
    [["--prot", "4000"], /Unknown option '--prot'/],
    [["seed.json"], /Unexpected argument 'seed\.json'/],
    [["--port", "http"], /--port is a number from 0 to 65535, not "http"/],
    [["--port", ""], /--port is empty/],
    [["--port=65536"], /--port is a number from 0 to 65535/],
    [["--speed", "0"], /--speed is a number greater than 0/],
    [["--rate-limit", "many"], /--rate-limit is a number of requests, or none/],
    [["--public-url", "sandbox:4000"], /--public-url is an origin such as/],
    [["--certificate", "a.pem"], /--certificate needs --tls/],
    [["--seed", "missing.json"], /missing\.json cannot be read: it does not exist/]
  ]
  for (const [args, message] of wrongArguments) {
    it.live(`refuses ${args.join(" ")} with exit code 2`, () =>
      Effect.gen(function*() {
        const refused = yield* serveFailing(args)
        assert.strictEqual(refused.code, 2)
        assert.match(refused.message, message)
      }))
  }

  it.scopedLive("prints what is wrong without a stack, and ends with the exit code", () =>
    Effect.gen(function*() {
      const { url } = yield* serveSandbox()
      for (
        const [args, expected, message] of [
          [["--prot", "4000"], 2, /^\S.*Unknown option '--prot'[^]*\nSee scalingo-sandbox --help\.$/],
          [["--port", new URL(url).port], 1, /^\S.*is in use: choose another one with --port/]
        ] as const
      ) {
        const { code, output } = yield* refused(args)
        assert.strictEqual(code, expected)
        assert.match(output.trimEnd(), message)
        assert.notMatch(output, /^\s+at /m)
      }
    }))

  it.live("shows its help and its version", () =>
    Effect.gen(function*() {
      const help = yield* refused(["--help"])
      assert.strictEqual(help.code, 0)
      assert.match(help.output, /^Usage: scalingo-sandbox/)
      const version = yield* refused(["--version"])
      assert.match(version.output, /^\d+\.\d+\.\d+\n$/)
    }))

  it.scopedLive("says when the port is in use", () =>
    Effect.gen(function*() {
      const { url } = yield* serveSandbox()
      const { code, message } = yield* serveFailing(["--port", new URL(url).port])
      assert.strictEqual(code, 1)
      assert.match(message, /is in use: choose another one with --port/)
    }))

  const wrongSeeds: ReadonlyArray<readonly [string, unknown, RegExp]> = [
    ["no JSON", "{ apps: [] }", /is not JSON/],
    ["an unknown field", { apps: [{ name: "a", owned: "john" }] }, /apps\[0\]\.owned: is unexpected/],
    ["a wrong type", { apps: [{ name: "a", containers: { web: "two" } }] }, /apps\[0\]\.containers\.web: is neither/],
    ["an unknown owner", { apps: [{ name: "a" }, { name: "b", owner: "bob" }] }, /apps\[1\]\.owner: no account "bob"/],
    [
      "an unknown collaborator",
      { apps: [{ name: "a", collaborators: ["alice", "bob"] }] },
      /apps\[0\]\.collaborators\[1\]: no account "bob"/
    ],
    ["an unknown parent", { apps: [{ name: "a", parent: "b" }] }, /apps\[0\]\.parent: no app "b"/],
    ["an unknown addon", { apps: [{ name: "a", addons: ["postgres"] }] }, /a: no addon postgres/],
    ["the same name twice", { apps: [{ name: "a" }, { name: "a" }] }, /apps\[1\]\.name: "a" is there twice/]
  ]
  for (const [name, content, message] of wrongSeeds) {
    it.scopedLive(`refuses a seed with ${name}, and says where`, () =>
      Effect.gen(function*() {
        const refused = yield* serveFailing(["--seed", yield* file(content)])
        assert.strictEqual(refused.code, 2)
        assert.match(refused.message, message)
      }))
  }

  it.scopedLive("injects faults from a file", () =>
    Effect.gen(function*() {
      const faults = yield* file({
        rules: [
          { on: { method: "GET", path: "/apps/:app" }, fault: { name: "status", status: 503 }, times: 1 },
          { on: { pattern: "^/regions$" }, fault: "garbage" }
        ]
      })
      const sandbox = yield* serveSeeded(["--faults", faults])
      const headers = yield* signIn(sandbox)
      const get = request(`${sandbox.url}/api/osc-fr1/v1/apps/my-app`, { headers })
      assert.strictEqual((yield* get).status, 503)
      assert.strictEqual((yield* get).status, 200)
      assert.strictEqual((yield* request(`${sandbox.url}/auth/v1/regions`)).status, 502)
    }))

  it.scopedLive("refuses a fault that does not exist, and says where", () =>
    Effect.gen(function*() {
      const faults = yield* file({ rules: [{ fault: "reset" }, { fault: { name: "delay", duration: "soon" } }] })
      const { code, message } = yield* serveFailing(["--faults", faults])
      assert.strictEqual(code, 2)
      assert.match(message, /rules\[1\]\.fault\.duration: .*is no duration/)
    }))

  it("has a name in files for every fault", () => {
    const schema = Fs.readFileSync(
      new URL("../../../packages/node/schemas/faults.schema.json", import.meta.url),
      "utf8"
    )
    assert.deepStrictEqual(Object.keys(Fault).filter((name) => !schema.includes(`"${name}"`)), [])
  })

  it.scopedLive("is as fast, and as strict, as it is asked to be", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSeeded(["--speed", "100", "--rate-limit", "none"])
      const headers = yield* signIn(sandbox)
      const { id } = yield* restart(sandbox.url, headers)
      const { json } = yield* awaitDone(operationOf(sandbox.url, id), headers)
      assert.strictEqual(durationOf(json), 200)

      const strict = yield* serveSeeded(["--rate-limit", "2"])
      const bearer = yield* signIn(strict)
      const statuses = yield* Effect.replicateEffect(
        Effect.map(request(`${strict.url}/api/osc-fr1/v1/apps`, { headers: bearer }), ({ status }) => status),
        2
      )
      assert.deepStrictEqual(statuses, [200, 429])
    }))

  it.scopedLive("survives restarts with its state, ids and what is under way", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const state = Path.join(folder, "state.json")
      // A restart of an app takes 2 seconds.
      const args = ["--state", state, "--speed", "10"]
      const first = yield* serveSeeded(args)
      const headers = yield* signIn(first)
      const api = (url: string, path: string) => `${url}/api/osc-fr1/v1${path}`
      const create = (url: string, name: string) =>
        request(api(url, "/apps"), { method: "POST", headers, body: { app: { name } } })
      const created = yield* create(first.url, "created")
      assert.strictEqual(created.status, 201)
      // These sign URLs.
      yield* Effect.replicateEffect(request(api(first.url, "/apps/my-app/logs"), { headers }), 3)
      const { id } = yield* restart(first.url, headers)
      const before = yield* request(operationOf(first.url, id), { headers })
      yield* first.end
      assert.strictEqual(Fs.statSync(state).mode & 0o777, 0o600)
      assert.deepStrictEqual(Fs.readdirSync(folder), ["state.json"])

      // Without the seed: the file has it. The bearer is still valid.
      const second = yield* serveSandbox(args)
      const app = yield* request(api(second.url, "/apps/created"), { headers })
      assert.strictEqual(at(app.json, "app.id"), at(created.json, "app.id"))
      const { json } = yield* awaitDone(operationOf(second.url, id), headers)
      assert.strictEqual(at(json, "operation.created_at"), at(before.json, "operation.created_at"))
      assert.strictEqual(durationOf(json), 2000)
      assert.strictEqual((yield* create(second.url, "created-later")).status, 201)
      const containers = yield* request(api(second.url, "/apps/my-app/ps"), { headers })
      yield* second.end

      const third = yield* serveSandbox(args)
      const all = yield* request(api(third.url, "/apps"), { headers })
      assert.includeMembers(
        [0, 1, 2].map((index) => at(all.json, `apps.${index}.name`)),
        ["my-app", "created", "created-later"]
      )
      const later = yield* request(api(third.url, "/apps/my-app/ps"), { headers })
      assert.deepStrictEqual(at(later.json, "containers"), at(containers.json, "containers"))
    }))

  it.scopedLive("keeps what was done before it was killed", () =>
    Effect.gen(function*() {
      const state = Path.join(yield* temporaryFolder, "state.json")
      const sandbox = yield* startSeeded(["--state", state])
      yield* signIn(sandbox)
      yield* Effect.repeat(Effect.sync(() => Fs.readFileSync(state, "utf8")), {
        until: (text) => text.includes("/tokens/exchange"),
        schedule: Schedule.spaced("20 millis")
      })
      assert.strictEqual(yield* sandbox.end("SIGKILL"), "SIGKILL")
      const again = yield* serveSandbox(["--state", state])
      assert.strictEqual((yield* request(`${again.url}/ready`)).status, 200)
    }))

  it.scopedLive("never overwrites a state that it cannot use", () =>
    Effect.gen(function*() {
      const damaged = "{\"format\":\"scalingo-sandbox state\",\"version\":1,\"cha"
      const state = yield* file(damaged)
      const { code, message } = yield* serveFailing(["--port", "0", "--state", state])
      assert.strictEqual(code, 1)
      assert.match(message, /is not used, and left as it is: it is damaged/)
      assert.strictEqual(Fs.readFileSync(state, "utf8"), damaged)

      const other = Path.join(yield* temporaryFolder, "state.json")
      const sandbox = yield* serveSeeded(["--state", other])
      yield* sandbox.end
      const text = Fs.readFileSync(other, "utf8")
      const seedFile = yield* file({ apps: [] })
      const different = yield* serveFailing(["--port", "0", "--state", other, "--seed", seedFile])
      assert.strictEqual(different.code, 1)
      assert.match(different.message, /it began with another seed/)
      const replayed = text.replace(
        "\"changes\":[",
        "\"changes\":[\n" + JSON.stringify({
          at: Date.now(),
          method: "DELETE",
          url: "/api/osc-fr1/v1/apps/missing",
          headers: {},
          body: "",
          status: 204,
          ids: [{ random: 1, count: 1 }, { random: 1, count: 1 }]
        })
      )
      Fs.writeFileSync(other, replayed)
      const changed = yield* serveFailing(["--port", "0", "--state", other])
      assert.strictEqual(changed.code, 1)
      assert.match(
        changed.message,
        /its change 1, DELETE \/api\/osc-fr1\/v1\/apps\/missing, responds 401 instead of 204/
      )
      assert.strictEqual(Fs.readFileSync(other, "utf8"), replayed)
    }))

  it.scopedLive("leaves a state file that another process has changed", () =>
    Effect.gen(function*() {
      const file = Path.join(yield* temporaryFolder, "state.json")
      const sandbox = yield* serveSeeded(["--state", file])
      const headers = yield* signIn(sandbox)
      Fs.writeFileSync(file, "of somebody else")
      yield* request(`${sandbox.url}/api/osc-fr1/v1/apps/my-app`, { method: "DELETE", headers })
      yield* sandbox.end
      assert.strictEqual(Fs.readFileSync(file, "utf8"), "of somebody else")
      assert.include(sandbox.output(), "another process has changed")
    }))

  it.scopedLive("serves https with a certificate that other processes can trust", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSandbox(["--tls"])
      assert.match(sandbox.url, /^https:/)
      const certificate = /export NODE_EXTRA_CA_CERTS=(\S+)/.exec(sandbox.output())?.[1] ?? ""
      const { port } = new URL(sandbox.url)
      const program = `
        for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
          const found = await fetch("https://" + host + ":${port}/auth/v1/regions")
            .then((response) => response.json(), (error) => error.cause?.code)
          console.log(found.regions?.[0].api ?? found)
        }`
      const ask = (env: NodeJS.ProcessEnv) =>
        Effect.promise(() => runNode(["--input-type=module", "--eval", program], { env }))
      const trusting = yield* ask({ ...process.env, NODE_EXTRA_CA_CERTS: certificate })
      assert.deepStrictEqual(trusting.output.trim().split("\n").slice(0, 2), [
        `https://127.0.0.1:${port}/api/osc-fr1`,
        `https://localhost:${port}/api/osc-fr1`
      ])
      const { NODE_EXTRA_CA_CERTS: _, ...without } = process.env
      assert.match((yield* ask(without)).output, /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)/)
      yield* sandbox.end
      assert.isFalse(Fs.existsSync(certificate))
    }))

  it.scopedLive("responds by host and by path, with URLs of the host that was asked", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSeeded()
      const headers = yield* signIn(sandbox)
      const ask = (host: string, path: string, options: Options = {}) =>
        request(`${sandbox.url}${path}`, { ...options, headers: { ...headers, ...options.headers, host } })

      const regions = yield* ask("auth.scalingo.com", "/v1/regions")
      assert.strictEqual(at(regions.json, "regions.0.api"), "http://auth.scalingo.com/api/osc-fr1")
      const other = yield* ask("api.osc-secnum-fr1.localhost:4000", "/v1/apps/another-app/logs")
      assert.match(
        String(at(other.json, "logs_url")),
        /^http:\/\/api\.osc-secnum-fr1\.localhost:4000\/logs\/osc-secnum-fr1\//
      )
      assert.strictEqual((yield* ask("cashmachine.scalingo.com", "/profile")).status, 200)
      const onDatabaseHost = yield* ask("db-api.osc-fr1.scalingo.com", "/api/databases/missing")
      assert.strictEqual(onDatabaseHost.status, 400)

      const { headers: { location } } = yield* ask("sandbox:4000", "/v1/apps/my-app/restart", { method: "POST" })
      assert.match(location ?? "", /^http:\/\/sandbox:4000\/api\/osc-fr1\/v1\/apps\/my-app\/operations\//)
      const app = yield* ask("sandbox:4000", "/v1/apps/my-app")
      assert.match(String(at(app.json, "app.links.deployments_stream")), /^ws:\/\/sandbox:4000\/deployments\/osc-fr1\//)
      const source = yield* ask("sandbox:4000", "/v1/sources", { method: "POST" })
      assert.match(String(at(source.json, "source.upload_url")), /^http:\/\/sandbox:4000\/storage\/osc-fr1\//)
      assert.strictEqual((yield* ask("sandbox:4000", "/v1/users/self")).status, 200)
      // A Host that is none does not get into URLs.
      const strange = yield* ask("a/b", "/v1/apps/my-app")
      assert.match(String(at(strange.json, "app.links.deployments_stream")), /^ws:\/\/127\.0\.0\.1:/)
    }))

  it.scopedLive("gives the attach URL of a one-off the host that asks for it", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSeeded(["--speed", "1000"])
      const headers = yield* signIn(sandbox)
      const run = yield* request(`${sandbox.url}/v1/apps/my-app/run`, {
        method: "POST",
        headers,
        body: { command: "bash", detached: false }
      })
      const path = new URL(String(at(run.json, "operation_url"))).pathname
      const { json } = yield* awaitDone(`${sandbox.url}${path}`, { ...headers, host: "sandbox:4000" })
      assert.match(
        String(at(json, "operation.start_one_off_data.attach_url")),
        /^http:\/\/sandbox:4000\/one-off\/osc-fr1\//
      )
    }))

  it.scopedLive("gives URLs of --public-url, whatever the host", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSeeded(["--public-url", "https://sandbox.example.com/"])
      assert.strictEqual(sandbox.url, "https://sandbox.example.com")
      assert.match(sandbox.output(), /^ +export SCALINGO_AUTH_URL=https:\/\/sandbox\.example\.com\/auth$/m)
      const port = /^Listening on port (\d+) of 127\.0\.0\.1$/m.exec(sandbox.output())?.[1] ?? ""
      const { json } = yield* request(`http://127.0.0.1:${port}/auth/v1/regions`, { headers: { host: "sandbox:4000" } })
      assert.strictEqual(at(json, "regions.0.api"), "https://sandbox.example.com/api/osc-fr1")
    }))

  it.scopedLive("shows one line for each request and socket, without secrets", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSeeded()
      const headers = yield* signIn(sandbox)
      const { json } = yield* request(`${sandbox.url}/api/osc-fr1/v1/apps/my-app/logs`, { headers })
      const logs = new URL(`${String(at(json, "logs_url"))}&stream=true`)
      yield* request(`${sandbox.url}/auth/v1/tokens`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`john:${password}`).toString("base64")}` },
        body: { token: { name: "one more" } }
      })
      const socket = yield* Effect.async<{ readonly destroy: () => void }>((resume) => {
        Http.request(logs, {
          agent: false,
          headers: {
            connection: "upgrade",
            upgrade: "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA=="
          }
        }).on("upgrade", (_, socket) => resume(Effect.succeed(socket))).end()
      })
      yield* sandbox.awaitOutput(/^\S+ GET +logs osc-fr1 +\/apps\/my-app\/logs 101 [\d.]+ m?s$/m)
      socket.destroy()
      yield* sandbox.awaitOutput(/^\S+ GET +logs osc-fr1 +\/apps\/my-app\/logs closed [\d.]+ m?s$/m)
      yield* sandbox.end
      const lines = sandbox.output().replace(/^[\s\S]*?^Ready: .*$/m, "").trim()
      assert.match(lines, /^\d\d:\d\d:\d\d\.\d{3} POST +auth +\/tokens\/exchange 200 [\d.]+ m?s$/m)
      assert.match(lines, /^\S+ POST +auth +\/tokens 201 [\d.]+ m?s$/m)
      const secrets = [token, password, headers.authorization.slice(7), logs.searchParams.get("token") ?? "-"]
      for (const secret of [...secrets, basic.slice(6)]) assert.notInclude(lines, secret)
    }))

  it.scopedLive("shows no requests with --quiet, and warns when others can reach it", () =>
    Effect.gen(function*() {
      const sandbox = yield* serveSeeded(["--quiet", "--host", "0.0.0.0"])
      assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:/)
      yield* signIn(sandbox)
      yield* sandbox.end
      assert.notInclude(sandbox.output(), "exchange")
      assert.match(sandbox.output(), /anyone who can reach port \d+ of 0\.0\.0\.0/)
    }))
})
