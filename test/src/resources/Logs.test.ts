import { layer, Logs, type TailItem } from "@effect-scalingo/core/Logs"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, FastCheck, Fiber, Layer, Queue, Redacted, Stream, TestClock, TestContext } from "effect"
import { gzipSync } from "node:zlib"
import type { FakeResponse, HttpRequest } from "../fakePlatform.js"
import { isExchange, json, jwt, pipeline } from "../fakePlatform.js"
import type { FakeWebSocket } from "../fakeWebSocket.js"
import { runs } from "../runs.js"

/** A line of the container `web-1`, at a second of a day. */
const line = (second: number, text: string) =>
  `2026-01-01 00:${String(Math.floor(second / 60)).padStart(2, "0")}:${
    String(second % 60).padStart(2, "0")
  }.000000001 ` +
  `+0000 UTC [web-1] ${text}`

/** A log as the platform serves it: the last lines as a dump, and all new ones to the open sockets. */
const makeServer = (options: { readonly kept?: number } = {}) => {
  const lines: Array<string> = []
  const sockets: Array<FakeWebSocket> = []
  const state = { token: 1, urls: 0, dumps: 0, refuse: 0 }
  const isValid = (url: string) => new URL(url).searchParams.get("token") === String(state.token)
  return {
    state,
    sockets,
    write: (...added: ReadonlyArray<string>) => {
      for (const line of added) {
        lines.push(line)
        for (const socket of sockets) if (socket.readyState === 1) socket.emit({ event: "log", log: `${line}\n` })
      }
    },
    cut: () => {
      for (const socket of sockets.splice(0)) socket.cut()
    },
    webSocket: (socket: FakeWebSocket) => {
      if (state.refuse > 0 || !isValid(socket.url)) {
        state.refuse--
        return socket.refuse()
      }
      sockets.push(socket)
      socket.open()
    },
    respond: (request: HttpRequest): FakeResponse => {
      if (isExchange(request)) return json({ token: jwt({ iat: 0, exp: 36_000 }) })
      if (request.url.host === "api.osc-fr1.scalingo.com") {
        state.urls++
        return json({
          app: {},
          logs_url: `https://logs.osc-fr1.scalingo.com/apps/a/logs?token=${state.token}&timestamp=5`
        })
      }
      state.dumps++
      if (!isValid(request.url.href)) return { status: 401, text: "expired" }
      const kept = lines.slice(-(options.kept ?? 10_000)).slice(-Number(request.query["n"]))
      return kept.length === 0 ? { status: 204 } : { text: kept.map((line) => `${line}\n`).join("") }
    }
  }
}

type Server = ReturnType<typeof makeServer>

const withServer = (server: Server, sent: Array<HttpRequest> = []) =>
  Effect.provide(
    layer.pipe(Layer.provide(pipeline(sent, server.respond, { webSocket: server.webSocket })))
  )

const shown = (item: TailItem) => item._tag === "LogLine" ? item.raw : item._tag

/** Follows a log into a queue. */
const follow = (options?: { readonly lines?: number }) =>
  Effect.gen(function*() {
    const logs = yield* Logs
    const items = yield* Queue.unbounded<string>()
    const fiber = yield* Effect.fork(
      Stream.runForEach(logs.tail("a", options), (item) => Queue.offer(items, shown(item)))
    )
    const settle = Effect.gen(function*() {
      yield* TestClock.adjust("10 seconds")
      return Chunk.toReadonlyArray(yield* Queue.takeAll(items))
    })
    return { fiber, settle }
  })

describe("Logs.read", () => {
  it.effect("parses the last lines, and passes the filter on", () =>
    Effect.gen(function*() {
      const sent: Array<HttpRequest> = []
      const server = makeServer()
      server.write(line(1, "one"), "  a continuation", "", line(2, "two"))
      const lines = yield* Effect.flatMap(Logs, (logs) =>
        Stream.runCollect(logs.read("a", { lines: 3, filter: "web|worker" }))).pipe(withServer(server, sent))
      assert.deepStrictEqual(
        Array.from(lines, ({ text }) =>
          text),
        ["  a continuation", "", "two"]
      )
      assert.deepStrictEqual(sent.at(-1)?.query, {
        token: "1",
        timestamp: "5",
        n: "3",
        filter: "web|worker",
        stream: "false"
      })
      assert.isUndefined(sent.at(-1)?.headers["authorization"])
    }))

  for (const status of [204, 404]) {
    it.effect(`has no lines when the server responds ${status}`, () =>
      Effect.gen(function*() {
        const server = makeServer()
        const respond = (request: HttpRequest): FakeResponse =>
          request.url.host.startsWith("logs.") ? { status } : server.respond(request)
        const lines = yield* Effect.flatMap(Logs, (logs) => Stream.runCollect(logs.read("a"))).pipe(
          Effect.provide(Layer.provide(layer, pipeline([], respond)))
        )
        assert.strictEqual(lines.length, 0)
      }))
  }

  it.effect("refuses a number of lines that is none", () =>
    Effect.gen(function*() {
      const logs = yield* Logs
      for (const stream of [logs.read("a", { lines: -1 }), logs.tail("a", { lines: 1.5 })]) {
        const error = yield* Effect.flip(Stream.runDrain(stream))
        assert.strictEqual(error._tag, "InvalidRequest")
      }
    }).pipe(withServer(makeServer())))
})

describe("Logs.tail", () => {
  it.effect("begins with some history, and goes on with the live lines", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write(line(1, "one"), line(2, "two"), line(3, "three"))
        const { settle } = yield* follow({ lines: 2 })
        assert.deepStrictEqual(yield* settle, [line(2, "two"), line(3, "three")])
        server.write(line(4, "four"), "")
        assert.deepStrictEqual(yield* settle, [line(4, "four"), ""])
        const url = new URL(server.sockets[0]!.url)
        assert.deepStrictEqual([url.protocol, url.searchParams.get("stream"), url.searchParams.get("n")], [
          "wss:",
          "true",
          "0"
        ])
      }).pipe(withServer(server))
    }))

  it.effect("shows a line once that comes in the dump and on the socket", () =>
    Effect.gen(function*() {
      const server = makeServer()
      const webSocket = (socket: FakeWebSocket) => {
        server.webSocket(socket)
        // Written between the opening of the socket and the dump.
        if (server.sockets.length === 1) server.write(line(1, "one"), "  its continuation")
      }
      yield* Effect.gen(function*() {
        const { settle } = yield* follow()
        yield* TestClock.adjust(1)
        server.write(line(2, "two"), "  its continuation")
        assert.deepStrictEqual(yield* settle, [
          line(1, "one"),
          "  its continuation",
          line(2, "two"),
          "  its continuation"
        ])
      }).pipe(Effect.provide(Layer.provide(layer, pipeline([], server.respond, { webSocket }))))
    }))

  it.effect("shows what was written while there was no connection, with one URL", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { settle } = yield* follow({ lines: 0 })
        assert.deepStrictEqual(yield* settle, [])
        const expected: Array<string> = []
        const seen: Array<string> = []
        for (let round = 0; round < 20; round++) {
          const added = [line(round * 3, `a ${round}`), "same text", line(round * 3 + 1, `b ${round}`)]
          expected.push(...added)
          server.write(...added.slice(0, 1))
          yield* TestClock.adjust(1)
          server.cut()
          server.write(...added.slice(1))
          seen.push(...yield* settle)
        }
        assert.deepStrictEqual(seen, expected)
        assert.strictEqual(server.state.urls, 1)
      }).pipe(withServer(server))
    }))

  it.effect("does not show lines from before its beginning after a reconnect", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write(...Array.from({ length: 3_000 }, (_, index) => line(index, `old ${index}`)), "  plain")
        const { settle } = yield* follow({ lines: 1 })
        assert.deepStrictEqual(yield* settle, ["  plain"])
        server.cut()
        server.write(line(3_001, "new"), "  plain")
        // The only line that it had seen tells nothing.
        yield* settle
        server.cut()
        server.write(line(3_002, "newer"), "  plain")
        assert.deepStrictEqual(yield* settle, [line(3_002, "newer"), "  plain"])
      }).pipe(withServer(server))
    }))

  it.effect("remembers where it began without any line of history", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write(...Array.from({ length: 3_000 }, (_, index) => line(index, `old ${index}`)))
        const { settle } = yield* follow({ lines: 0 })
        assert.deepStrictEqual(yield* settle, [])
        server.cut()
        server.write(line(3_001, "new"))
        assert.deepStrictEqual(yield* settle, [line(3_001, "new")])
      }).pipe(withServer(server))
    }))

  it.effect("shows all that was missed when it began on an empty log", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { settle } = yield* follow()
        assert.deepStrictEqual(yield* settle, [])
        server.cut()
        const missed = Array.from({ length: 2_500 }, (_, index) => line(index, `missed ${index}`))
        server.write(...missed)
        assert.deepStrictEqual(yield* settle, missed)
      }).pipe(withServer(server))
    }))

  it.effect("shows lines without a header that repeat those of the history", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write("ready", "ready")
        const { settle } = yield* follow()
        assert.deepStrictEqual(yield* settle, ["ready", "ready"])
        server.write("ready")
        assert.deepStrictEqual(yield* settle, ["ready"])
        server.write("ready", "ready")
        assert.deepStrictEqual(yield* settle, ["ready", "ready"])
      }).pipe(withServer(server))
    }))

  it.effect("shows a line once after more lines than it remembers", () =>
    Effect.gen(function*() {
      const server = makeServer({ kept: 100_000 })
      yield* Effect.gen(function*() {
        const { settle } = yield* follow({ lines: 0 })
        yield* settle
        const batch = (from: number, count: number) =>
          Array.from({ length: count }, (_, index) => [line(from + index, `${from + index}`), "  at a"]).flat()
        const first = batch(0, 4_000)
        for (let at = 0; at < first.length; at += 1_000) {
          server.write(...first.slice(at, at + 1_000))
          assert.strictEqual((yield* settle).length, Math.min(1_000, first.length - at))
        }
        server.cut()
        const second = batch(4_000, 1_000)
        server.write(...second)
        assert.deepStrictEqual(yield* settle, second)
      }).pipe(withServer(server))
    }))

  it.effect("ends when the app is gone, whatever the server of the logs says", () =>
    Effect.gen(function*() {
      const server = makeServer()
      let isGone = false
      const respond = (request: HttpRequest): FakeResponse =>
        !isGone || isExchange(request)
          ? server.respond(request)
          : request.url.host.startsWith("logs.")
          ? { status: 404 }
          : json({ error: "not found", resource: "app" }, 404)
      const webSocket = (socket: FakeWebSocket) => isGone ? socket.refuse() : server.webSocket(socket)
      const error = yield* Effect.gen(function*() {
        const { fiber, settle } = yield* follow()
        yield* settle
        isGone = true
        server.cut()
        yield* TestClock.adjust("1 hour")
        return yield* Effect.flip(Fiber.join(fiber))
      }).pipe(Effect.provide(Layer.provide(layer, pipeline([], respond, { webSocket }))))
      assert.strictEqual(error._tag, "NotFound")
    }))

  it.effect("shows a gap where the server no longer has the lines", () =>
    Effect.gen(function*() {
      const server = makeServer({ kept: 2 })
      yield* Effect.gen(function*() {
        server.write(line(1, "one"))
        const { settle } = yield* follow()
        assert.deepStrictEqual(yield* settle, [line(1, "one")])
        server.cut()
        server.write(line(2, "two"), line(3, "three"), line(4, "four"))
        assert.deepStrictEqual(yield* settle, ["Gap", line(3, "three"), line(4, "four")])
      }).pipe(withServer(server))
    }))

  it.effect("reads a longer dump when a short one does not reach back", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write(line(0, "first"))
        const { settle } = yield* follow()
        yield* settle
        server.cut()
        const missed = Array.from({ length: 2_500 }, (_, index) => line(1 + index % 3000, `missed ${index}`))
        server.write(...missed)
        assert.deepStrictEqual(yield* settle, missed)
      }).pipe(withServer(server))
    }))

  it.effect("asks for another URL when the server refuses the old one", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write(line(1, "one"))
        const { settle } = yield* follow()
        yield* settle
        server.state.token++
        server.cut()
        server.write(line(2, "two"))
        assert.deepStrictEqual(yield* settle, [line(2, "two")])
        assert.strictEqual(server.state.urls, 2)
      }).pipe(withServer(server))
    }))

  it.effect("fails when the first connection cannot be opened, and says why without the token", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.refuse = 100
      const error = yield* Effect.gen(function*() {
        const { fiber } = yield* follow()
        yield* TestClock.adjust("5 minutes")
        return yield* Effect.flip(Fiber.join(fiber))
      }).pipe(withServer(server))
      assert.strictEqual(error._tag, "TransportError")
      assert.include(error.message, "logs.osc-fr1.scalingo.com")
      assert.include(error.message, "403")
      assert.notInclude(JSON.stringify(error), "token=1")
    }))

  it.effect("opens another connection after 60 s without a frame", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        server.write(line(1, "one"))
        const { settle } = yield* follow()
        yield* settle
        const silent = server.sockets[0]!
        for (let ping = 0; ping < 4; ping++) {
          yield* TestClock.adjust("30 seconds")
          silent.emit({ name: "ping", timestamp: "now" })
        }
        assert.strictEqual(server.sockets.length, 1)
        yield* TestClock.adjust("70 seconds")
        assert.strictEqual(server.sockets.length, 2)
        assert.isTrue(silent.isClosedByClient)
      }).pipe(withServer(server))
    }))

  it.effect("drops lines for a consumer that is too slow, and says how many", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const logs = yield* Logs
        const items: Array<TailItem> = []
        const slow = Stream.runForEach(logs.tail("a", { lines: 1 }), (item) => {
          items.push(item)
          return items.length === 1 ? Effect.sleep("1 minute") : Effect.void
        })
        server.write(line(0, "first"))
        yield* Effect.fork(slow)
        yield* TestClock.adjust("1 second")
        server.write(...Array.from({ length: 30_000 }, (_, index) => line(1 + index % 3000, String(index))))
        yield* TestClock.adjust("30 seconds")
        server.write()
        yield* TestClock.adjust("40 seconds")
        const dropped = items.flatMap((item) => item._tag === "Dropped" ? [item.count] : [])
        const lines = items.filter(({ _tag }) => _tag === "LogLine").length
        assert.strictEqual(lines + dropped.reduce((sum, count) => sum + count, 0), 30_001)
        assert.isAtLeast(dropped.length, 1)
      }).pipe(withServer(server))
    }))

  it.effect("closes the socket when it is interrupted", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { fiber, settle } = yield* follow()
        yield* settle
        yield* Fiber.interrupt(fiber)
        assert.isTrue(server.sockets[0]!.isClosedByClient)
      }).pipe(withServer(server))
    }))

  it.effect("shows every line that the server has once, however connections break", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(
          FastCheck.array(
            FastCheck.oneof(
              { weight: 5, arbitrary: FastCheck.constantFrom("timed", "plain", "empty") },
              { weight: 1, arbitrary: FastCheck.constantFrom("cut", "refuse", "expire", "wait") }
            ),
            { maxLength: 60 }
          ),
          (steps) => {
            const server = makeServer()
            const expected: Array<string> = []
            const test = Effect.gen(function*() {
              const { settle } = yield* follow({ lines: 0 })
              yield* settle
              for (const [index, step] of steps.entries()) {
                if (step === "cut") server.cut()
                else if (step === "refuse") server.state.refuse = 2
                else if (step === "expire") server.state.token++
                else if (step === "wait") yield* TestClock.adjust("10 seconds")
                else {
                  const text = step === "timed" ? line(index, "text") : step === "plain" ? "a plain line" : ""
                  expected.push(text)
                  server.write(text)
                }
              }
              yield* TestClock.adjust("5 minutes")
              return yield* settle
            }).pipe(withServer(server), Effect.provide(TestContext.TestContext))
            return Effect.runPromise(test).then((seen) => assert.deepStrictEqual(seen, expected))
          }
        ),
        { numRuns: runs(6, 20) }
      )
    ))
})

describe("Logs.tailAll", () => {
  it.effect("merges the tails of several apps in the order of their times, and outlives one that ends", () =>
    Effect.gen(function*() {
      const server = makeServer()
      const respond = (request: HttpRequest): FakeResponse =>
        request.path.includes("/apps/gone/")
          ? json({ error: "not found", resource: "app" }, 404)
          : server.respond(request)
      const items: Array<string> = []
      yield* Effect.gen(function*() {
        const logs = yield* Logs
        yield* Effect.fork(
          Stream.runForEach(
            logs.tailAll(["a", { app: "b", region: "osc-secnum-fr1" }, "gone"], { lines: 0, sortWithin: "2 seconds" }),
            ({ app, item, region }) =>
              Effect.sync(() => items.push(`${app} ${region} ${item._tag === "LogLine" ? item.text : item._tag}`))
          )
        )
        yield* TestClock.adjust("3 seconds")
        const [first, second] = server.sockets
        first!.emit({ event: "log", log: `${line(8, "eight")}\n` })
        second!.emit({ event: "log", log: `${line(7, "seven")}\n${line(9, "nine")}\n` })
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(items, ["gone undefined TailEnded"])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(items.slice(1).map((item) => item.split(" ").at(-1)), ["seven", "eight", "nine"])
        assert.deepStrictEqual(
          new Set(items.slice(1).map((item) => item.split(" ")[1])),
          new Set(["undefined", "osc-secnum-fr1"])
        )
      }).pipe(
        Effect.provide(
          Layer.provide(
            layer,
            pipeline([], (request) =>
              // The URLs of all regions lead to the same server.
              request.path.endsWith("/logs") && request.url.host.startsWith("api.osc-secnum")
                ? json({ app: {}, logs_url: "https://logs.osc-secnum-fr1.scalingo.com/apps/b/logs?token=1" })
                : respond(request), { webSocket: server.webSocket })
          )
        )
      )
    }))
})

describe("Logs.between", () => {
  const day = 24 * 3600
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)
  const lineAt = (seconds: number, text: string, container = "web-1") =>
    `${at(seconds).toISOString().replace("T", " ").replace("Z", "000000")} +0000 UTC [${container}] ${text}`
  const archiveTime = (seconds: number) => {
    const [weekday, date, month, year, time] = at(seconds).toUTCString().replace(",", "").split(" ")
    return `${weekday} ${month} ${date} ${time} +0000 UTC ${year}`
  }

  /** Three archived days, and live logs that begin an hour before the end of the last one. */
  const makeArchives = () => {
    const state = { lists: 0, token: 1, downloads: [] as Array<string> }
    const archives = [
      { day: 0, lines: [lineAt(10, "old"), "  its continuation"] },
      { day: 1, lines: [lineAt(day + 10, "first"), "  more", lineAt(day + 20, "routed", "router")] },
      { day: 2, lines: [lineAt(2 * day + 10, "second"), lineAt(3 * day - 60, "in both")] }
    ]
    const respond = (request: HttpRequest): FakeResponse | Effect.Effect<FakeResponse> => {
      if (isExchange(request)) return json({ token: jwt({ iat: 0, exp: 36_000 }) })
      if (request.path.endsWith("/logs_archives")) {
        state.lists++
        return json({
          next_cursor: "",
          has_more: false,
          archives: archives.toReversed().map(({ day: index }) => ({
            url: `https://storage.scalingo.com/${index}?token=${state.token}`,
            size: 1,
            from: archiveTime(index * day),
            to: archiveTime((index + 1) * day)
          }))
        })
      }
      if (request.path.endsWith("/logs") && request.url.host.startsWith("api.")) {
        return json({ app: {}, logs_url: "https://logs.osc-fr1.scalingo.com/apps/a/logs?token=1" })
      }
      if (request.url.host.startsWith("logs.")) {
        return {
          text: [lineAt(3 * day - 60, "in both"), lineAt(3 * day + 5, "live"), lineAt(3 * day + 90, "late")].join("\n")
        }
      }
      if (request.query["token"] !== String(state.token)) return { status: 403, text: "expired" }
      const index = Number(request.path.slice(1))
      state.downloads.push(String(index))
      return { bytes: gzipSync(archives[index]!.lines.map((line) => `${line}\n`).join("")) }
    }
    return { state, respond }
  }

  const texts = (respond: Parameters<typeof pipeline>[1], span: Parameters<typeof Logs.Service.between>[1]) =>
    Effect.flatMap(Logs, (logs) => Stream.runCollect(logs.between("a", span))).pipe(
      Effect.map((items) => Array.from(items, (item) => item._tag === "LogLine" ? item.text : item._tag)),
      Effect.provide(Layer.provide(layer, pipeline([], respond)))
    )

  it.effect("reads archives and live logs as one, without doubles", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at(3 * day + 60).getTime())
      const { respond, state } = makeArchives()
      const all = yield* texts(respond, { from: at(day) })
      assert.deepStrictEqual(all, ["first", "  more", "routed", "second", "in both", "live"])
      assert.deepStrictEqual(state.downloads, ["1", "2"])
      // Once more after the live logs were read.
      assert.strictEqual(state.lists, 2)
      assert.deepStrictEqual(yield* texts(respond, { from: at(day), filter: "router" }), ["routed"])
    }))

  it.effect("reads only the archives when they cover the span", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at(3 * day + 60).getTime())
      const { respond, state } = makeArchives()
      assert.deepStrictEqual(yield* texts(respond, { from: at(0), to: at(day + 15) }), [
        "old",
        "  its continuation",
        "first",
        "  more"
      ])
      assert.strictEqual(state.lists, 1)
    }))

  it.effect("asks for the URLs again when they have expired", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at(3 * day + 60).getTime())
      const { respond, state } = makeArchives()
      const items = yield* texts((request) => {
        const response = respond(request)
        // The URLs expire after they were listed.
        if (request.path.endsWith("/logs_archives") && state.lists === 1) state.token++
        return response
      }, { from: at(0), to: at(day) })
      assert.deepStrictEqual(items, ["old", "  its continuation"])
      assert.strictEqual(state.lists, 2)
    }))
})

describe("Logs.readArchive", () => {
  const archive = {
    url: Redacted.make("https://storage.scalingo.com/1?token=t"),
    size: 1,
    from: "",
    to: ""
  }
  const read = (bytes: Uint8Array, unpack: boolean) =>
    Effect.flatMap(Logs, (logs) => Stream.runCollect(logs.readArchive(archive, { unpack }))).pipe(
      Effect.map((chunks) => Buffer.concat(Chunk.toReadonlyArray(chunks))),
      Effect.provide(Layer.provide(layer, pipeline([], () => ({ bytes }))))
    )
  const text = "line\n".repeat(100_000)

  it.effect("returns the bytes as they are stored, or unpacked", () =>
    Effect.gen(function*() {
      const packed = gzipSync(text)
      assert.deepStrictEqual(yield* read(packed, false), packed)
      assert.strictEqual((yield* read(packed, true)).toString(), text)
      // Plain text stays as it is, and so does an empty archive.
      assert.strictEqual((yield* read(Buffer.from(text), true)).toString(), text)
      assert.strictEqual((yield* read(Buffer.alloc(0), true)).toString(), "")
    }))

  it.effect("fails when the data are damaged", () =>
    Effect.gen(function*() {
      const packed = gzipSync(text)
      for (const bytes of [packed.subarray(0, -20), Buffer.concat([packed.subarray(0, 40), Buffer.alloc(500)])]) {
        const error = yield* Effect.flip(read(bytes, true))
        assert.strictEqual(error._tag, "DecodeError")
        assert.include(error.message, "gzip")
      }
    }))
})
