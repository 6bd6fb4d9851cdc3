/**
 * Logs and deployments over real sockets that are cut, with the sandbox in another process.
 */
import { Deployments, Logs } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Option, Queue, Stream } from "effect"
import { sandboxProcess, signedIn } from "./sandboxProcess.js"

/** Repeats a look until it is as wanted. There is no other end than that of the test. */
const until = <A, E, R>(look: Effect.Effect<A, E, R>, isWanted: (value: A) => boolean): Effect.Effect<A, E, R> =>
  Effect.flatMap(
    look,
    (value) => isWanted(value) ? Effect.succeed(value) : Effect.zipRight(Effect.sleep(20), until(look, isWanted))
  )

describe("with a sandbox in another process", () => {
  it.scopedLive("a deployment shows every line once and in order over connections that are cut", () =>
    Effect.gen(function*() {
      const sandbox = yield* sandboxProcess({ deploymentDuration: "1 minute" })
      yield* Effect.gen(function*() {
        const deployments = yield* Deployments
        const { id } = yield* deployments.create("my-app", { source_url: "https://example.com/v1.tar.gz" })
        const following = yield* Effect.fork(Stream.runCollect(deployments.follow("my-app", id)))
        // Each cut is one of a connection that was open.
        for (let round = 0; round < 5; round++) {
          yield* until(sandbox.countSockets, (count) => count > 0)
          yield* sandbox.pass("5 seconds")
          assert.isAbove(yield* sandbox.cut, 0)
        }
        yield* sandbox.pass("1 minute")
        const events = Chunk.toReadonlyArray(yield* Fiber.join(following))
        const text = events.flatMap((event) => event._tag === "Log" ? [event.content] : []).join("")
        const output = yield* deployments.output("my-app", id)
        assert.strictEqual(text, Option.getOrThrow(output))
        assert.isAbove(text.split("\n").length, 20)
        const last = events.at(-1)
        assert.strictEqual(last?._tag === "Status" ? last.status : undefined, "success")
        yield* until(sandbox.countSockets, (count) => count === 0)
      }).pipe(signedIn(sandbox))
    }))

  it.scopedLive("a tail shows every line once over connections that are cut", () =>
    Effect.gen(function*() {
      const sandbox = yield* sandboxProcess()
      yield* Effect.gen(function*() {
        const logs = yield* Logs
        const items = yield* Queue.unbounded<string>()
        const tail = yield* Effect.fork(
          Stream.runForEach(
            logs.tail("my-app", { lines: 0 }),
            (item) => Queue.offer(items, item._tag === "LogLine" ? item.text : item._tag)
          )
        )
        const expected: Array<string> = []
        const write = (count: number) => {
          const lines = Array.from({ length: count }, (_, index) => `é ${expected.length + index}`)
          expected.push(...lines)
          return sandbox.write("my-app", lines)
        }
        for (let round = 0; round < 5; round++) {
          yield* until(sandbox.countSockets, (count) => count > 0)
          yield* write(100)
          yield* sandbox.cut
          yield* write(100)
        }
        const seen = Chunk.toReadonlyArray(yield* Queue.takeN(items, expected.length))
        assert.deepStrictEqual(seen, expected)
        yield* Fiber.interrupt(tail)
        yield* until(sandbox.countSockets, (count) => count === 0)
        assert.strictEqual(yield* Queue.size(items), 0)
      }).pipe(signedIn(sandbox))
    }))
})
