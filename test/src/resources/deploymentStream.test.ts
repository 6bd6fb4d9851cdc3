import { type DeploymentEvent, Deployments, layer } from "@effect-scalingo/core/Deployments"
import { DeploymentFailed } from "@effect-scalingo/core/WaitError"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, FastCheck, Fiber, Layer, Queue, Stream, TestClock, TestContext } from "effect"
import type { FakeResponse, HttpRequest, PipelineOptions } from "../fakePlatform.js"
import { isExchange, json, jwt, pipeline } from "../fakePlatform.js"
import type { FakeWebSocket } from "../fakeWebSocket.js"
import { runs } from "../runs.js"

const deployment = (id: string, status: string) => ({
  id,
  app_id: "54100930736f7563d5030000",
  created_at: "2014-09-10T10:49:42.390+02:00",
  status,
  git_ref: "abc",
  pusher: { id: "us-1", username: "john", email: "john@example.com" }
})

/** The deployment stream of an app with one deployment, and what the API says of it. */
const makeServer = () => {
  const sockets: Array<FakeWebSocket> = []
  const state = {
    url: "wss://deployments.scalingo.com/apps/a" as string | null,
    output: "",
    /** What the API says. */
    status: "building",
    refuse: 0,
    exchanges: 0,
    refusedBearers: 0,
    tokens: [] as Array<string>,
    urls: 0,
    reads: 0
  }
  const broadcast = (frame: unknown) => {
    for (const socket of sockets) if (socket.readyState === 1) socket.emit(frame)
  }
  return {
    state,
    sockets,
    broadcast,
    write: (content: string) => {
      state.output += content
      broadcast({ type: "log", id: "d-1", data: { content } })
    },
    status: (status: string) => {
      state.status = status
      broadcast({ type: "status", id: "d-1", data: { status } })
    },
    cut: () => {
      for (const socket of sockets.splice(0)) socket.cut()
    },
    /** After the right first frame, the output so far is repeated in pieces. */
    webSocket: (socket: FakeWebSocket) => {
      if (state.refuse > 0) {
        state.refuse--
        return socket.refuse()
      }
      sockets.push(socket)
      const send = socket.send.bind(socket)
      socket.send = (frame) => {
        send(frame)
        const { data } = JSON.parse(frame)
        state.tokens.push(data.token)
        if (state.refusedBearers > 0) {
          state.refusedBearers--
          return socket.cut(1000)
        }
        for (const [content] of state.output.matchAll(/[^]{1,7}/g)) {
          socket.emit({ type: "log", id: "d-1", data: { content: content } })
        }
      }
      socket.open()
    },
    respond: (request: HttpRequest): FakeResponse => {
      if (isExchange(request)) return json({ token: jwt({ iat: 0, exp: 36_000, n: ++state.exchanges }) })
      if (request.path.endsWith("/output")) {
        return state.output === "" ? json({ error: "not found", resource: "output" }, 404) : { text: state.output }
      }
      if (request.path.endsWith("/deployments/d-1")) {
        state.reads++
        return json({ deployment: deployment("d-1", state.status) })
      }
      state.urls++
      return json({ app: { links: { deployments_stream: state.url } } })
    }
  }
}

type Server = ReturnType<typeof makeServer>

const withServer = (server: Server, sent: Array<HttpRequest> = [], options: PipelineOptions = {}) =>
  Effect.provide(
    Layer.provide(layer, pipeline(sent, server.respond, { webSocket: server.webSocket, ...options }))
  )

/** Follows in the background. `settle` returns what came within ten seconds. */
const follow = (id?: string) =>
  Effect.gen(function*() {
    const deployments = yield* Deployments
    const events = yield* Queue.unbounded<DeploymentEvent>()
    const fiber = yield* Effect.fork(
      Stream.runForEach(deployments.follow("a", id), (event) => Queue.offer(events, event))
    )
    const settle = Effect.gen(function*() {
      yield* TestClock.adjust("10 seconds")
      return Chunk.toReadonlyArray(yield* Queue.takeAll(events))
    })
    return { fiber, settle }
  })

const textOf = (events: ReadonlyArray<DeploymentEvent>) =>
  events.flatMap((event) => event._tag === "Log" ? [event.content] : []).join("")

const brief = (event: DeploymentEvent) => event._tag === "Status" ? event.status : event._tag

describe("Deployments.follow", () => {
  it.effect("emits the output so far, what comes, and the end that the API confirms", () =>
    Effect.gen(function*() {
      const server = makeServer()
      const sent: Array<HttpRequest> = []
      yield* Effect.gen(function*() {
        server.write("one\n")
        const { fiber, settle } = yield* follow("d-1")
        const first = yield* settle
        assert.deepStrictEqual([textOf(first), first.map(brief)], ["one\n", ["Log", "building"]])
        server.broadcast({ type: "ping", data: { ts: 1 } })
        server.broadcast({ type: "log", id: "d-2", data: { content: "of another deployment\n" } })
        server.broadcast({ type: "something-new", data: {} })
        server.broadcast("not json")
        server.status("starting")
        server.write("two\n")
        assert.deepStrictEqual((yield* settle).map(brief), ["starting", "Log"])
        server.write("three\n")
        server.status("success")
        assert.deepStrictEqual((yield* settle).map(brief), ["Log", "success"])
        yield* Fiber.join(fiber)
        assert.isTrue(server.sockets[0]!.isClosedByClient)
        assert.deepStrictEqual(JSON.parse(server.sockets[0]!.received[0]!), {
          type: "auth",
          data: { token: server.state.tokens[0] }
        })
      }).pipe(withServer(server, sent))
    }))

  it.effect("does not believe a status that the API does not have", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { fiber, settle } = yield* follow("d-1")
        yield* settle
        server.broadcast({ type: "status", id: "d-1", data: { status: "build-error" } })
        assert.deepStrictEqual((yield* settle).map(brief), [])
        yield* settle
        server.state.status = "success"
        assert.deepStrictEqual((yield* settle).map(brief), ["success"])
        yield* Fiber.join(fiber)
      }).pipe(withServer(server))
    }))

  it.effect("sees an end before the socket was open, with its whole output", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.output = "all\nof it\n"
      server.state.status = "hook-error"
      const events = yield* Effect.gen(function*() {
        const { settle } = yield* follow("d-1")
        const events = yield* settle
        return [...events, ...yield* settle]
      }).pipe(withServer(server))
      assert.strictEqual(textOf(events), "all\nof it\n")
      assert.strictEqual(brief(events.at(-1)!), "hook-error")
    }))

  it.effect("shows every line once and in order over 20 connections that break", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { settle } = yield* follow("d-1")
        const seen: Array<DeploymentEvent> = [...yield* settle]
        for (let round = 0; round < 20; round++) {
          server.write(`step ${round}\n`)
          if (round % 3 === 0) yield* TestClock.adjust(1)
          server.cut()
          server.write(round % 4 === 0 ? "\n\n" : `missed ${round}\nand more\n`)
          seen.push(...yield* settle)
        }
        server.status("success")
        seen.push(...yield* settle)
        assert.strictEqual(textOf(seen), server.state.output)
        assert.isFalse(seen.some(({ _tag }) => _tag === "Gap"))
        assert.strictEqual(server.state.urls, 1)
      }).pipe(withServer(server))
    }))

  it.effect("accepts both forms of `new`, and tells each deployment of the app once", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { settle } = yield* follow()
        yield* settle
        server.broadcast({ type: "new", data: { deployment: "d-2" } })
        // A log without an id belongs to the new deployment.
        server.broadcast({ type: "log", data: { content: "without line end" } })
        server.broadcast({ type: "new", id: "d-3", data: { deployment: deployment("d-3", "queued") } })
        server.broadcast({ type: "new", id: "d-3", data: { deployment: deployment("d-3", "queued") } })
        const [two, log, three, ...rest] = yield* settle
        assert.deepStrictEqual(two, { _tag: "New", deployment_id: "d-2", deployment: undefined })
        assert.deepStrictEqual(log, { _tag: "Log", deployment_id: "d-2", content: "without line end\n" })
        assert.strictEqual(three?._tag === "New" ? three.deployment?.pusher.username : undefined, "john")
        assert.deepStrictEqual(rest, [])
        server.cut()
        assert.deepStrictEqual((yield* settle).filter(({ _tag }) => _tag !== "Log"), [])
      }).pipe(withServer(server))
    }))

  it.effect("shows the end of a deployment of the app that came while there was no connection", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const { settle } = yield* follow()
        yield* settle
        server.broadcast({ type: "new", data: { deployment: "d-1" } })
        server.write("one\n")
        assert.deepStrictEqual((yield* settle).map(brief), ["New", "Log"])
        server.cut()
        server.state.output += "two\n"
        server.state.status = "success"
        const events = yield* settle
        assert.deepStrictEqual([textOf(events), events.map(brief)], ["two\n", ["Log", "success"]])
      }).pipe(withServer(server))
    }))

  it.effect("ends with the status when the output cannot be read, and says so", () =>
    Effect.gen(function*() {
      const server = makeServer()
      const respond = (request: HttpRequest): FakeResponse =>
        request.path.endsWith("/output") ? { status: 403, text: "no" } : server.respond(request)
      yield* Effect.gen(function*() {
        const { fiber, settle } = yield* follow("d-1")
        yield* settle
        server.status("success")
        assert.deepStrictEqual((yield* settle).map(brief), ["Gap", "success"])
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(Layer.provide(layer, pipeline([], respond, { webSocket: server.webSocket }))))
    }))

  it.effect("signs in with another bearer when the server closes the connection at once", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.refusedBearers = 1
      yield* Effect.gen(function*() {
        const { settle } = yield* follow("d-1")
        yield* settle
        server.write("hello\n")
        assert.strictEqual(textOf(yield* settle), "hello\n")
        assert.strictEqual(new Set(server.state.tokens).size, 2)
      }).pipe(withServer(server))
    }))

  it.effect("tells a gap and polls while there is no stream, and never fails for it", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.refuse = Number.POSITIVE_INFINITY
      server.state.output = "one\n"
      yield* Effect.gen(function*() {
        const { fiber, settle } = yield* follow("d-1")
        const events = yield* settle
        const gap = events.find(({ _tag }) => _tag === "Gap")
        assert.include(gap?._tag === "Gap" ? gap.reason : "", "deployments.scalingo.com")
        assert.strictEqual(textOf(events), "one\n")
        server.state.output += "two\n"
        server.state.status = "build-error"
        yield* TestClock.adjust("1 minute")
        const rest = yield* settle
        assert.strictEqual(textOf(rest), "two\n")
        assert.deepStrictEqual(rest.map(brief), ["Log", "build-error"])
        yield* Fiber.join(fiber)
      }).pipe(withServer(server))
    }))

  it.effect("tells one gap while neither the stream nor the output is there", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.refuse = Number.POSITIVE_INFINITY
      const respond = (request: HttpRequest): FakeResponse =>
        request.path.endsWith("/output") ? { status: 403, text: "no" } : server.respond(request)
      yield* Effect.gen(function*() {
        const { settle } = yield* follow("d-1")
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual((yield* settle).map(brief), ["building", "Gap"])
      }).pipe(Effect.provide(Layer.provide(layer, pipeline([], respond, { webSocket: server.webSocket }))))
    }))

  it.effect("polls where the platform names no stream", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.url = null
      yield* Effect.gen(function*() {
        const { settle } = yield* follow("d-1")
        yield* settle
        server.state.status = "success"
        yield* TestClock.adjust("1 minute")
        assert.include((yield* settle).map(brief), "success")
      }).pipe(withServer(server))
    }))

  for (
    const url of [
      "wss://deployments.example.com/apps/a",
      "ws://deployments.scalingo.com/apps/a",
      "wss://127.0.0.1/apps/a"
    ]
  ) {
    it.effect(`sends nothing to ${url}`, () =>
      Effect.gen(function*() {
        const server = makeServer()
        server.state.url = url
        for (const id of ["d-1", undefined]) {
          const error = yield* Effect.flatMap(Deployments, (_) => Stream.runDrain(_.follow("a", id))).pipe(
            Effect.flip,
            withServer(server)
          )
          assert.strictEqual(error._tag, "InvalidRequest")
        }
        assert.strictEqual(server.sockets.length, 0)
      }))
  }

  it.effect("signs in at a host that the options name", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.url = "wss://deployments.example.com/apps/a"
      yield* Effect.gen(function*() {
        const { settle } = yield* follow("d-1")
        yield* settle
        assert.strictEqual(server.sockets.length, 1)
      }).pipe(withServer(server, [], { trustedHosts: ["deployments.example.com"] }))
    }))

  it.effect("repeats nothing and loses nothing, wherever connections break", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(
          FastCheck.array(FastCheck.constantFrom("a line\n", "\n", "two\nlines\n", "é\n", "cut", "refuse", "wait"), {
            maxLength: 40
          }),
          (steps) => {
            const server = makeServer()
            const test = Effect.gen(function*() {
              const { settle } = yield* follow("d-1")
              const seen = [...yield* settle]
              for (const step of steps) {
                if (step === "cut") server.cut()
                else if (step === "refuse") server.state.refuse = 1
                else if (step === "wait") yield* TestClock.adjust("5 seconds")
                else server.write(step)
              }
              server.status("success")
              yield* TestClock.adjust("2 minutes")
              return [...seen, ...yield* settle]
            }).pipe(withServer(server), Effect.provide(TestContext.TestContext))
            return Effect.runPromise(test).then((events) => {
              assert.strictEqual(textOf(events), server.state.output)
              assert.strictEqual(brief(events.at(-1)!), "success")
            })
          }
        ),
        { numRuns: runs(6, 20) }
      )
    ))
})

describe("Deployments.await with WebSockets", () => {
  const wait = Effect.flatMap(Deployments, (_) => _.await("a", "d-1", { timeout: "10 minutes" }))

  it.effect("asks the API when the stream tells of an end, and else once a minute", () =>
    Effect.gen(function*() {
      const server = makeServer()
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(wait)
        for (let ping = 0; ping < 6; ping++) {
          yield* TestClock.adjust("30 seconds")
          server.broadcast({ type: "ping", data: { ts: ping } })
        }
        // At the beginning, when the socket is open, and then every minute.
        assert.isAtMost(server.state.reads, 5)
        server.status("success")
        yield* TestClock.adjust(1)
        assert.strictEqual((yield* Fiber.join(fiber)).status, "success")
        assert.isTrue(server.sockets[0]!.isClosedByClient)
      }).pipe(withServer(server))
    }))

  it.effect("polls when there is no stream", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.refuse = Number.POSITIVE_INFINITY
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(wait)
        yield* TestClock.adjust("1 minute")
        server.state.status = "success"
        yield* TestClock.adjust("15 seconds")
        assert.strictEqual((yield* Fiber.join(fiber)).status, "success")
      }).pipe(withServer(server))
    }))

  it.effect("does not count the time in the queue", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.status = "queued"
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(Effect.either(wait))
        yield* TestClock.adjust("15 minutes")
        server.status("building")
        yield* TestClock.adjust("9 minutes")
        assert.isNull(fiber.unsafePoll())
        yield* TestClock.adjust("2 minutes")
        const result = yield* Fiber.join(fiber)
        assert.strictEqual(result._tag === "Left" ? result.left._tag : "", "WaitTimeout")
      }).pipe(withServer(server))
    }))

  it.effect("fails with the last lines of the output, and of the postdeploy hook", () =>
    Effect.gen(function*() {
      const server = makeServer()
      server.state.status = "hook-error"
      server.state.output = Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join("")
      const respond = (request: HttpRequest): FakeResponse =>
        request.url.host.startsWith("logs.")
          ? { text: `2026-01-01 00:00:00.000000001 +0000 UTC [postdeploy-1] ${request.query["filter"]} failed\n` }
          : request.path.endsWith("/logs")
          ? json({ app: {}, logs_url: "https://logs.osc-fr1.scalingo.com/apps/a/logs?token=1" })
          : server.respond(request)
      const error = yield* Effect.flip(wait).pipe(Effect.provide(Layer.provide(layer, pipeline([], respond))))
      assert.instanceOf(error, DeploymentFailed)
      assert.deepStrictEqual([error.output.length, error.output.at(-1)], [20, "line 49"])
      assert.deepStrictEqual(error.postdeploy, ["postdeploy failed"])
    }))
})
