import { LogLine } from "@effect-scalingo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option, Scope, TestClock } from "effect"
import { databasesSeed, db, open } from "./databaseClient.js"
import { listen, logsUrl, readEvents, settle } from "./liveClient.js"
import { api, at, Fault, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

const quiet = { logInterval: "never" } as const
const seed = { apps: [{ name: "my-app", logs: ["one", "two", "three"] }] }

const dump = (url: string, query = "") => sendTo("GET", url + query)
const linesOf = (text: string) => text.split("\n").slice(0, -1).map((line) => LogLine.parse(line))
const textsOf = (text: string) => linesOf(text).map((line) => line.text)
const containersOf = (text: string) => linesOf(text).map((line) => Option.getOrElse(line.container, () => "none"))

const parse = (frame: string): { readonly [name: string]: unknown } => JSON.parse(frame)
const logTexts = (frames: ReadonlyArray<string>) =>
  frames.map(parse).filter(({ event }) => event === "log").flatMap(({ log }) => textsOf(String(log)))
const pings = (frames: ReadonlyArray<string>) => frames.map(parse).filter(({ event }) => event === "ping")

describe("sandbox: dumps of logs", () => {
  it.effect("have the last lines in the platform's format", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      const all = yield* dump(url)
      assert.strictEqual(all.status, 200)
      assert.match(all.headers["content-type"] ?? "", /^text\/plain/)
      assert.match(all.text.split("\n")[0] ?? "", /^1970-01-01 00:00:00\.\d{9} \+0000 UTC \[web-1\] one$/)
      assert.deepStrictEqual(textsOf(all.text), ["one", "two", "three"])
      assert.deepStrictEqual(textsOf((yield* dump(url, "&n=2")).text), ["two", "three"])
      assert.strictEqual((yield* dump(url, "&n=0")).status, 204)
      assert.strictEqual((yield* dump(url, "&n=many")).status, 400)
      const times = linesOf(all.text).map((line) => Option.getOrThrow(line.time).epochNanos)
      assert.isTrue(times.every((time, index) => index === 0 || time > times[index - 1]!))
    }).pipe(withSandbox(seed, quiet)))

  it.effect("are empty for an app without logs", () =>
    Effect.gen(function*() {
      const response = yield* dump(yield* logsUrl("another-app"))
      assert.deepStrictEqual([response.status, response.text], [204, ""])
    }).pipe(withSandbox()))

  it.effect("filter by container, type and expression", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      for (const container of ["web-2", "worker-1", "router", "one-off-7"]) {
        yield* sandbox.writeLogs("my-app", [container], { container })
      }
      yield* sandbox.writeLogs("my-app", ["2015-02-16 02:02:43.930163178 +0000 UTC [worker-1] whole line"])
      const filtered = (filter: string) =>
        Effect.map(dump(url, `&n=100&filter=${encodeURIComponent(filter)}`), ({ text }) => textsOf(text))
      assert.deepStrictEqual(yield* filtered("web-1"), ["one", "two", "three"])
      assert.deepStrictEqual(yield* filtered("web"), ["one", "two", "three", "web-2"])
      assert.deepStrictEqual(yield* filtered("worker|router"), ["worker-1", "router", "whole line"])
      assert.deepStrictEqual(yield* filtered("one-off"), ["one-off-7"])
      assert.deepStrictEqual(yield* filtered("eb-1"), [])
      assert.strictEqual((yield* dump(url, `&filter=${encodeURIComponent("(")}`)).status, 400)
    }).pipe(withSandbox(seed, quiet)))

  it.effect("require the token of the URL while it is valid", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      assert.strictEqual((yield* dump(url.replace(/token=.*/, "token=wrong"))).status, 401)
      assert.strictEqual((yield* dump(url.replace("my-app", "other-app"))).status, 401)
      assert.strictEqual((yield* dump(url)).status, 200)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* dump(url)).status, 401)
    }).pipe(withSandbox({ apps: [...seed.apps, { name: "other-app" }] }, { logsTokenLife: "10 minutes" })))

  it.effect("keep 10,000 lines", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      for (let block = 0; block < 5; block++) {
        yield* sandbox.writeLogs("my-app", Array.from({ length: 7000 }, (_, index) => `line ${block * 7000 + index}`))
      }
      const texts = textsOf((yield* dump(url, "&n=1000000")).text)
      assert.deepStrictEqual([texts.length, texts[0], texts.at(-1)], [10_000, "line 25000", "line 34999"])
    }).pipe(withSandbox(seed, quiet)))
})

describe("sandbox: lines of running apps", () => {
  it.effect("come every five seconds from each container, the same in every run", () =>
    Effect.gen(function*() {
      const run = Effect.gen(function*() {
        const url = yield* logsUrl("my-app")
        yield* TestClock.adjust("1 minute")
        return (yield* dump(url, "&n=1000")).text
      }).pipe(withSandbox({ apps: [{ name: "my-app", containers: { web: 2, worker: 1 } }] }))
      const text = yield* run
      const containers = containersOf(text)
      for (const container of ["web-1", "web-2", "worker-1"]) {
        assert.strictEqual(containers.filter((it) => it === container).length, 12, container)
      }
      assert.lengthOf(containers, 36)
      const millis = linesOf(text).map((line) => Number(Option.getOrThrow(line.time).epochNanos))
      assert.deepStrictEqual(millis, [...millis].sort((a, b) => a - b))
      yield* TestClock.setTime(0)
      assert.strictEqual(yield* run, text)
    }))

  it.effect("include the router's when the app logs its requests", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* dump(url, "&filter=router")).status, 204)
      yield* api("PATCH", "/apps/my-app", { body: { app: { router_logs: true } } })
      yield* TestClock.adjust("1 minute")
      const lines = linesOf((yield* dump(url, "&filter=router")).text)
      assert.lengthOf(lines, 12)
      for (const line of lines) {
        const { bytes, host, method, status } = Option.getOrThrow(LogLine.router(line))
        assert.deepStrictEqual([method, host], ["GET", "my-app.osc-fr1.scalingo.io"])
        assert.isNumber(status)
        assert.isNumber(bytes)
      }
      yield* api("PATCH", "/apps/my-app", { body: { app: { router_logs: false } } })
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(linesOf((yield* dump(url, "&n=100&filter=router")).text), 12)
    }).pipe(withSandbox({ apps: [{ name: "my-app" }] })))

  it.effect("are at most 10,000 after a year, and no scheduled changes", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      assert.isUndefined(yield* sandbox.nextChange)
      yield* TestClock.adjust("365 days")
      const text = (yield* dump(url, "&n=10000")).text
      assert.lengthOf(linesOf(text), 10_000)
      assert.strictEqual(containersOf(text).filter((it) => it === "web-3").length, 10_000 / 4)
      assert.match(text, /1970-12-31 23:59:5\d\.\d{9} \+0000 UTC \[\S+\] [^\n]*\n$/)
    }).pipe(withSandbox({ apps: [{ name: "my-app", containers: { web: 4 } }] }, { bearerLife: "1000 days" })))

  it.effect("change with the containers", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      yield* TestClock.adjust("10 seconds")
      yield* api("POST", "/apps/my-app/scale", { body: { containers: [{ name: "web", amount: 0 }] } })
      yield* TestClock.adjust("1 hour")
      const lines = linesOf((yield* dump(url, "&n=100")).text)
      assert.match(lines.at(-1)?.text ?? "", /^container \[web-1\] \(\w+\) stopped$/)
      // It ran for 30 seconds in all.
      assert.lengthOf(lines, 7)
      yield* api("POST", "/apps/my-app/scale", { body: { containers: [{ name: "web", amount: 1 }] } })
      yield* TestClock.adjust("20 seconds")
      const after = linesOf((yield* dump(url, "&n=2")).text)
      assert.match(after[0]?.text ?? "", /^container \[web-1\] \(\w+\) started/)
      assert.strictEqual(after[1]?.text, "Listening on 0.0.0.0:5000")
    }).pipe(withSandbox({ apps: [{ name: "my-app" }] })))

  it.effect("come from databases as well", () =>
    Effect.gen(function*() {
      const it = yield* open("app-postgresql")
      const url = String(at(yield* db(it, "GET", `${it.path}/logs`), "url"))
      yield* TestClock.adjust("15 seconds")
      assert.deepStrictEqual(containersOf((yield* dump(url)).text), ["postgresql-1", "postgresql-1", "postgresql-1"])
    }).pipe(withSandbox(databasesSeed("postgresql"))))
})

describe("sandbox: streams of logs", () => {
  it.scoped("send history, then what is written, over a WebSocket", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = yield* logsUrl("my-app")
      const live = yield* listen(`${url}&stream=true`)
      const withHistory = yield* listen(`${url}&stream=true&n=2`)
      const filtered = yield* listen(`${url}&stream=true&n=100&filter=worker`)
      yield* settle
      yield* sandbox.writeLogs("my-app", ["four"])
      yield* sandbox.writeLogs("my-app", ["job"], { container: "worker-1" })
      yield* settle
      assert.deepStrictEqual(logTexts(live.frames), ["four", "job"])
      assert.deepStrictEqual(logTexts(withHistory.frames), ["two", "three", "four", "job"])
      assert.deepStrictEqual(logTexts(filtered.frames), ["job"])
      assert.match(live.frames[0] ?? "", /^\{"event":"log","log":"1970-01-01 00:00:00\.\d{9} .* \[web-1\] four\\n"\}$/)
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("send the lines of running apps when they are due, and a ping every 30 seconds", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      const socket = yield* listen(`${url}&stream=true`)
      yield* settle
      yield* TestClock.adjust("5 seconds")
      yield* settle
      assert.lengthOf(logTexts(socket.frames), 1)
      yield* TestClock.adjust("85 seconds")
      yield* settle
      assert.lengthOf(logTexts(socket.frames), 18)
      assert.deepStrictEqual(
        pings(socket.frames),
        [30, 60, 90].map((seconds) => ({
          event: "ping",
          timestamp: new Date(seconds * 1000).toISOString()
        }))
      )
      const dumped = textsOf((yield* dump(url, "&n=100")).text)
      assert.deepStrictEqual(logTexts(socket.frames), dumped)
    }).pipe(withSandbox({ apps: [{ name: "my-app" }] })))

  it.scoped("cost one sleep, however many lines come", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const socket = yield* listen(`${yield* logsUrl("my-app")}&stream=true`)
      yield* settle
      for (let line = 0; line < 500; line++) {
        yield* sandbox.writeLogs("my-app", [`line ${line}`])
        yield* Effect.yieldNow()
      }
      yield* settle
      assert.lengthOf(logTexts(socket.frames), 500)
      // The other one is the timeout of the socket until it has opened.
      assert.isAtMost((yield* TestClock.sleeps()).length, 2)
      yield* TestClock.adjust("30 seconds")
      yield* settle
      assert.lengthOf(pings(socket.frames), 1)
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("follow what the platform does meanwhile", () =>
    Effect.gen(function*() {
      const socket = yield* listen(`${yield* logsUrl("my-app")}&stream=true`)
      yield* settle
      yield* api("POST", "/apps/my-app/restart", { body: {} })
      yield* TestClock.adjust("20 seconds")
      yield* settle
      assert.deepStrictEqual(logTexts(socket.frames).map((text) => text.replace(/\(\w+\)/, "(id)")), [
        "container [web-1] (id) stopped",
        "container [web-1] (id) started with the command ''",
        "Listening on 0.0.0.0:5000"
      ])
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("are Server-Sent Events without an upgrade", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const events = yield* readEvents(`${yield* logsUrl("my-app")}&stream=true&n=1`)
      assert.strictEqual(events.status, 200)
      assert.match(events.headers["content-type"] ?? "", /^text\/event-stream/)
      yield* settle
      yield* sandbox.writeLogs("my-app", ["four"])
      yield* settle
      const [comment, ...rest] = events.text.split("\n\n")
      assert.strictEqual(comment, ":")
      assert.isTrue(rest.slice(0, -1).every((event) => event.startsWith("data: {")))
      assert.deepStrictEqual(logTexts(rest.slice(0, -1).map((event) => event.slice("data: ".length))), [
        "three",
        "four"
      ])
      yield* TestClock.adjust("30 seconds")
      yield* settle
      assert.match(events.text, /data: \{"event":"ping","timestamp":"1970-01-01T00:00:30.000Z"\}\n\n$/)
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("are refused with a wrong token, and unknown hosts do not exist", () =>
    Effect.gen(function*() {
      const url = yield* logsUrl("my-app")
      const wrong = yield* listen(`${url}x&stream=true`)
      const dumped = yield* listen(url)
      const elsewhere = yield* listen("wss://example.com/logs")
      yield* settle
      assert.strictEqual(wrong.end, "Unexpected server response: 401")
      assert.strictEqual(dumped.end, "Unexpected server response: 200")
      assert.strictEqual(elsewhere.end, "getaddrinfo ENOTFOUND example.com")
    }).pipe(withSandbox(seed, quiet)))

  it.effect("end with their client, and with the app", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const scope = yield* Scope.make()
      const url = yield* logsUrl("my-app")
      const first = yield* Scope.extend(listen(`${url}&stream=true`), scope)
      yield* Scope.extend(readEvents(`${url}&stream=true`), scope)
      yield* settle
      assert.strictEqual(yield* sandbox.countSockets, 2)
      yield* Scope.close(scope, Exit.void)
      yield* settle
      assert.strictEqual(yield* sandbox.countSockets, 0)
      yield* Effect.scoped(Effect.gen(function*() {
        const second = yield* listen(`${url}&stream=true`)
        yield* settle
        yield* api("DELETE", "/apps/my-app?current_name=my-app")
        yield* settle
        assert.strictEqual(second.end, 1000)
      }))
      assert.deepStrictEqual(first.frames, [])
    }).pipe(withSandbox(seed, quiet)))
})

describe("sandbox: faults of streams", () => {
  const on = { api: "logs", path: "/apps/:app/logs" }

  it.scoped("cut the connection between and in frames", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = `${yield* logsUrl("my-app")}&stream=true&n=3`
      yield* sandbox.inject({ on, fault: Fault.cutSocket(2) })
      const between = yield* listen(url)
      yield* settle
      assert.deepStrictEqual([logTexts(between.frames), between.end], [["one", "two"], 1006])

      yield* sandbox.inject({ on, fault: Fault.cutSocket(0) })
      const early = yield* listen(url)
      yield* settle
      assert.deepStrictEqual([early.frames, early.end], [[], 1006])

      yield* sandbox.inject({ on, fault: Fault.cutSocket(2, "frame") })
      const middle = yield* listen(url)
      yield* settle
      assert.deepStrictEqual([logTexts(middle.frames), middle.end], [["one", "two"], 1006])

      yield* sandbox.inject({ on, fault: Fault.cutSocket(1, "character") })
      const events = yield* readEvents(url)
      yield* settle
      assert.strictEqual(events.end, "Decode")
      assert.strictEqual(events.text.split("\n\n").length, 3)
      assert.match(events.text, /data: \{"event":"log","log":"1970[^\n]*$/)

      const healthy = yield* listen(url)
      yield* settle
      assert.lengthOf(healthy.frames, 3)
      const stream = yield* readEvents(url)
      yield* settle
      assert.strictEqual(yield* sandbox.cutSockets, 2)
      yield* settle
      assert.deepStrictEqual([healthy.end, stream.end], [1006, "Decode"])
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("silence a stream, or only its pings", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = `${yield* logsUrl("my-app")}&stream=true&n=1`
      yield* sandbox.inject({ on, fault: Fault.silence })
      const silent = yield* listen(url)
      yield* settle
      yield* sandbox.inject({ on, fault: Fault.noPings })
      const unpinged = yield* listen(url)
      yield* TestClock.adjust("2 minutes")
      yield* settle
      assert.deepStrictEqual([silent.frames, silent.end], [[], "open"])
      assert.deepStrictEqual([logTexts(unpinged.frames), pings(unpinged.frames)], [["three"], []])
    }).pipe(withSandbox(seed, quiet)))

  it.scoped("refuse an upgrade, and let a URL expire", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const url = `${yield* logsUrl("my-app")}&stream=true`
      yield* sandbox.inject({ on, fault: Fault.status(503) })
      yield* sandbox.inject({ on, fault: Fault.expiredUrl, after: 1 })
      const ends: Array<string | number> = []
      for (let attempt = 0; attempt < 3; attempt++) {
        const socket = yield* listen(url)
        yield* settle
        ends.push(socket.end)
      }
      assert.deepStrictEqual(ends, [503, 401, 401].map((status) => `Unexpected server response: ${status}`))
      const renewed = yield* listen(`${yield* logsUrl("my-app")}&stream=true`)
      yield* settle
      assert.strictEqual(renewed.end, "open")
    }).pipe(withSandbox(seed, quiet)))
})
