import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { listen, logsUrl, settle } from "./liveClient.js"
import { api, at, Fault, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const seed = { apps: [{ name: "my-app" }, { name: "new-app", deployed: false }] }
const quiet = { logInterval: "never" } as const

interface Frame {
  readonly type: string
  readonly id?: string
  readonly data: { readonly [name: string]: unknown }
}

const parse = (frames: ReadonlyArray<string>): ReadonlyArray<Frame> => frames.map((frame) => JSON.parse(frame))
const ofType = (frames: ReadonlyArray<string>, type: string) => parse(frames).filter((frame) => frame.type === type)
const contentOf = (frames: ReadonlyArray<string>) => ofType(frames, "log").map(({ data }) => data.content).join("")
const statusesOf = (frames: ReadonlyArray<string>) => ofType(frames, "status").map(({ data }) => data.status)

const streamUrl = (app: string) =>
  Effect.map(api("GET", `/apps/${app}`), (response) => String(at(response, "app.links.deployments_stream")))

const follow = (app: string, as?: string) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const token = Redacted.value(yield* sandbox.bearer(as))
    const socket = yield* listen(yield* streamUrl(app), JSON.stringify({ type: "auth", data: { token } }))
    yield* settle
    return socket
  })

const deploy = (app: string) =>
  Effect.map(
    api("POST", `/apps/${app}/deployments`, {
      body: { deployment: { source_url: "https://example.com/archive.tar.gz", git_ref: "v2" } }
    }),
    (response) => String(at(response, "deployment.id"))
  )

const outputOf = (app: string, id: string) =>
  Effect.map(api("GET", `/apps/${app}/deployments/${id}/output`), ({ text }) => text)

describe("sandbox: the stream of deployments", () => {
  it.scoped("sends a new deployment, its output as it comes, and its statuses", () =>
    Effect.gen(function*() {
      const socket = yield* follow("new-app")
      assert.deepStrictEqual([socket.frames, socket.end], [[], "open"])
      const id = yield* deploy("new-app")
      yield* settle
      assert.deepStrictEqual(parse(socket.frames), [{ type: "new", data: { deployment: id } }])

      yield* TestClock.adjust("20 seconds")
      yield* settle
      const early = contentOf(socket.frames)
      assert.strictEqual(early, yield* outputOf("new-app", id))
      assert.match(early, /^<-- Start deployment of new-app -->\n/)
      assert.notInclude(early, "Build succeeded!")

      yield* TestClock.adjust("70 seconds")
      yield* settle
      assert.deepStrictEqual(statusesOf(socket.frames), ["building", "pushing", "starting", "success"])
      const output = contentOf(socket.frames)
      assert.strictEqual(output, yield* outputOf("new-app", id))
      assert.isAtLeast(output.split("\n").length, 40)
      assert.isTrue(parse(socket.frames).every((frame) => frame.type === "log" ? frame.id === id : true))
      assert.deepStrictEqual(ofType(socket.frames, "status").at(-1), {
        type: "status",
        id,
        data: { status: "success" }
      })
      assert.strictEqual(socket.end, "open")
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("replays the last or the current deployment, and pings every 30 seconds", () =>
    Effect.gen(function*() {
      const last = String(listOf(yield* api("GET", "/apps/my-app/deployments"), "deployments")[0]?.id)
      const first = yield* follow("my-app")
      assert.strictEqual(contentOf(first.frames), yield* outputOf("my-app", last))
      assert.isTrue(parse(first.frames).every(({ id, type }) => id === last && type === "log"))

      const id = yield* deploy("my-app")
      yield* TestClock.adjust("30 seconds")
      yield* settle
      assert.deepStrictEqual(ofType(first.frames, "ping"), [{ type: "ping", data: { ts: 30 } }])
      const second = yield* follow("my-app")
      assert.strictEqual(contentOf(second.frames), yield* outputOf("my-app", id))
      yield* TestClock.adjust("1 minute")
      yield* settle
      assert.strictEqual(contentOf(second.frames), yield* outputOf("my-app", id))
      assert.deepStrictEqual(statusesOf(second.frames), ["pushing", "starting", "success"])
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("announces deployments in both of their forms", () =>
    Effect.gen(function*() {
      const socket = yield* follow("new-app")
      const [first, second] = [yield* deploy("new-app"), yield* deploy("new-app")]
      yield* settle
      const [short, long] = ofType(socket.frames, "new")
      assert.deepStrictEqual(short?.data, { deployment: first })
      assert.deepInclude(long?.data.deployment, { id: second, status: "queued" })
      yield* TestClock.adjust("3 minutes")
      yield* settle
      const ends = ofType(socket.frames, "status").filter(({ data }) => data.status === "success")
      assert.deepStrictEqual(ends.map(({ id }) => id), [first, second])
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("closes without a message for a wrong bearer or another account", () =>
    Effect.gen(function*() {
      const url = yield* streamUrl("my-app")
      for (const frame of [`{"type":"auth","data":{"token":"wrong"}}`, `{"type":"hello"}`, "{", "null"]) {
        const socket = yield* listen(url, frame)
        yield* settle
        assert.deepStrictEqual([socket.frames, socket.end], [[], 1000], frame)
      }
      const stranger = yield* follow("my-app", "bob")
      assert.deepStrictEqual([stranger.frames, stranger.end], [[], 1000])
      assert.strictEqual((yield* sendTo("GET", url.replace("wss", "https"))).status, 426)
    }).pipe(withSandbox({ ...seed, accounts: [{ username: "john" }, { username: "bob" }] }, quiet)))

  it.scoped("has faults like the stream of logs, and ends with the app", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const on = { api: "deployments", path: "/apps/:app" }
      yield* sandbox.inject({ on, fault: Fault.firstFrameRefused })
      const refused = yield* follow("my-app")
      assert.deepStrictEqual([refused.frames, refused.end], [[], 1000])
      yield* sandbox.inject({ on, fault: Fault.cutSocket(2, "frame") })
      const cut = yield* follow("my-app")
      assert.deepStrictEqual([cut.frames.length, cut.end], [2, 1006])
      const healthy = yield* follow("my-app")
      yield* api("DELETE", "/apps/my-app?current_name=my-app")
      yield* settle
      assert.strictEqual(healthy.end, 1000)
      assert.strictEqual(yield* sandbox.countSockets, 0)
    }).pipe(withSandbox(seed, quiet)))
})

describe("sandbox: the output of deployments", () => {
  for (const status of ["build-error", "crashed-error", "timeout-error", "hook-error", "aborted"] as const) {
    it.scoped(`ends with ${status}`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.failNextDeployment("my-app", status)
        const socket = yield* follow("my-app")
        const id = yield* deploy("my-app")
        yield* TestClock.adjust("90 seconds")
        yield* settle
        assert.strictEqual(statusesOf(socket.frames).at(-1), status)
        assert.match(yield* outputOf("my-app", id), / ! {5}[^\n]*\n$/)
        const hook = yield* sendTo("GET", `${yield* logsUrl("my-app")}&filter=postdeploy-1`)
        assert.strictEqual(hook.status, status === "hook-error" ? 200 : 204)
      }).pipe(withSandbox(seed, quiet)))
  }

  it.effect("has the lines of a postdeploy hook in the log of the app", () =>
    Effect.gen(function*() {
      const deployment = { source_url: "https://example.com/a.tar.gz", postdeploy_hook: "rake db:migrate" }
      yield* api("POST", "/apps/my-app/deployments", { body: { deployment } })
      yield* TestClock.adjust("90 seconds")
      const { text } = yield* sendTo("GET", `${yield* logsUrl("my-app")}&n=100`)
      assert.match(text, /\[postdeploy-1\] Running the postdeploy hook: rake db:migrate\n/)
      assert.match(text, /\[manager\] container \[web-1\] \(\w+\) started/)
    }).pipe(withSandbox(seed, quiet)))
})
