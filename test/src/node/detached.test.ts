/**
 * Detached one-off containers.
 */
import { Apps } from "@effect-scalingo/core/Apps"
import { ConnectClient } from "@effect-scalingo/core/ConnectClient"
import { Container } from "@effect-scalingo/core/Container"
import * as LogLine from "@effect-scalingo/core/LogLine"
import { Logs } from "@effect-scalingo/core/Logs"
import { Operations } from "@effect-scalingo/core/Operations"
import { RegionDirectory } from "@effect-scalingo/core/RegionDirectory"
import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { TokenManager } from "@effect-scalingo/core/TokenManager"
import { OneOff } from "@effect-scalingo/node"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Schema, Stream, TestClock } from "effect"
import { notFound, serverError } from "../fakePlatform.js"
import { container as json, inTurn, oneOffServer } from "./oneOffServer.js"

const container = Schema.decodeUnknownSync(Container)(json)
const other = { ...container, id: "container-2" }

/** A platform on which the containers and the lines of the logs depend on the seconds since the beginning. */
const platform = (
  containers: (second: number) => ReadonlyArray<Container> | ScalingoError,
  lines: (second: number, filter: string | undefined) => ReadonlyArray<string> = () => []
) => {
  const second = Effect.map(Clock.currentTimeMillis, (millis) => millis / 1000)
  return OneOff.layer.pipe(
    Layer.provide(Layer.mergeAll(
      Layer.mock(Apps, {
        listContainers: () =>
          Effect.flatMap(second, (now) => {
            const found = containers(now)
            return "_tag" in found ? Effect.fail(found) : Effect.succeed(found)
          })
      }),
      Layer.mock(Logs, {
        read: (_, options) =>
          Stream.unwrap(
            Effect.map(second, (now) => Stream.fromIterable(lines(now, options?.filter).map(LogLine.parse)))
          )
      }),
      Layer.mock(Operations, { exclusive: () => (effect) => effect }),
      Layer.mock(ConnectClient, {}),
      Layer.mock(TokenManager, {}),
      Layer.mock(RegionDirectory, {}),
      ScalingoConfig.layer({ region: "osc-fr1" }),
      FetchHttpClient.layer
    ))
  )
}

const awaitDetached = (timeout?: "1 minute") =>
  Effect.flatMap(OneOff.OneOff, (oneOff) => oneOff.awaitDetached("my-app", container, { timeout }))

const line = (text: string, from = "manager", time = "2026-01-02 03:05:00.000000001") =>
  `${time} +0000 UTC [${from}] ${text}`

/** What comes of a wait on a platform, with an hour of time. */
const outcome = (layer: ReturnType<typeof platform>, timeout?: "1 minute") =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.either(awaitDetached(timeout)))
    yield* TestClock.adjust("1 hour")
    return yield* Effect.flatten(Fiber.join(fiber))
  }).pipe(Effect.provide(Layer.orDie(layer)))

describe("run", () => {
  it.scopedLive("starts a detached container, and returns when it runs", () =>
    Effect.gen(function*() {
      const server = yield* oneOffServer()
      const started = yield* Effect.flatMap(
        OneOff.OneOff,
        (oneOff) => oneOff.run("my-app", { command: ["rake", "db:migrate"], env: { A: "b" } })
      ).pipe(Effect.provide(server.layer))
      assert.strictEqual(started.id, "container-1")
      assert.deepStrictEqual(
        JSON.parse(server.find("POST", "/run")[0]!.body.toString()),
        { command: "'rake' 'db:migrate'", detached: true, env: { A: "b" } }
      )
      assert.deepStrictEqual(server.summary().slice(2), ["GET /v1/apps/my-app/operations/operation-1"])
    }))

  it.scopedLive("takes no files, and fails when the container does not start", () =>
    Effect.gen(function*() {
      const operation = {
        id: "operation-1",
        created_at: "2026-01-02T03:04:05.000Z",
        status: "error",
        type: "start-one-off",
        error: "no room"
      }
      const server = yield* oneOffServer({ respond: inTurn("GET", "/operation-1", { json: { operation } }) })
      yield* Effect.gen(function*() {
        const oneOff = yield* OneOff.OneOff
        const error = yield* Effect.flip(oneOff.run("my-app", { command: "a", files: ["b"] }))
        assert.deepInclude(error, { _tag: "InvalidRequest", endpoint: "OneOff.run", field: "files" })
        assert.deepStrictEqual(server.summary(), [])
        assert.strictEqual((yield* Effect.flip(oneOff.run("my-app", { command: "a" })))._tag, "OperationFailed")
      }).pipe(Effect.provide(server.layer))
    }))
})

describe("awaitDetached", () => {
  it.effect("waits until the container is gone, and finds its exit code in the logs", () =>
    Effect.gen(function*() {
      const layer = platform(
        (second) => second < 300 ? [other, container] : [other],
        (second, filter) =>
          second < 310 ? [] : [
            line("container [one-off-1234] exited with status code 9", "manager", "2026-01-02 03:00:00"),
            line("container [one-off-12345] exited with status code 5"),
            line("exited with status code 6", "one-off-1234"),
            line(`container [one-off-1234] (54f9) exited with status code ${filter === "manager" ? 3 : 4}`),
            line("container [web-1] exited with status code 7")
          ]
      )
      assert.strictEqual(yield* outcome(layer), 3)
    }))

  it.effect("goes on after a transient failure, and fails on any other", () =>
    Effect.gen(function*() {
      const lines = () => [line("one-off-1234: exited (0)")]
      const failing = platform((second) => second < 60 ? serverError() : [], lines)
      assert.strictEqual(yield* outcome(failing), 0)
      assert.strictEqual((yield* Effect.flip(outcome(platform(() => notFound("app")))))._tag, "NotFound")
    }))

  it.effect("looks for the line without the filter at last, and guesses no exit code", () =>
    Effect.gen(function*() {
      const unfiltered = platform(
        () => [],
        (_, filter) => filter === undefined ? [line("one-off-1234 stopped, exit status: 2")] : []
      )
      assert.strictEqual(yield* outcome(unfiltered), 2)
      const silent = platform(
        () => [],
        () => [line("one-off-1234 is gone"), line("one-off-1234 exited after 12 seconds")]
      )
      const error = yield* Effect.flip(outcome(silent))
      assert.deepInclude(error, { _tag: "ExitCodeUnknown", app: "my-app", container: "one-off-1234" })
    }))

  it.effect("ends after its timeout, with the last state of the container", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(outcome(platform(() => [{ ...container, state: "running" }]), "1 minute"))
      if (error._tag !== "WaitTimeout") return assert.fail(error._tag)
      assert.strictEqual(error.last?.id, "container-1")
      assert.include(error.message, "the one-off container one-off-1234 of the app my-app; its status was running")
    }))
})
