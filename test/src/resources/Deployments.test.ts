import { Deployments, layer } from "@effect-scalingo/core/Deployments"
import { DeploymentFailed, WaitTimeout } from "@effect-scalingo/core/WaitError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Layer, Option, Redacted, TestClock } from "effect"
import {
  type ApiCall,
  fakeApis,
  type FakeResponse,
  inOrder,
  notFound,
  type RespondCall,
  serverError
} from "../fakePlatform.js"

const withApi = (sent: Array<ApiCall>, respond: RespondCall) =>
  Effect.provide(Layer.provide(layer, fakeApis(sent, respond)))

const inState = (status?: string): FakeResponse => ({
  json: {
    deployment: {
      id: "dep-1",
      app_id: "54100930736f7563d5030000",
      created_at: "2014-09-10T10:49:42.390+02:00",
      status,
      git_ref: "abcdef1234567890",
      pusher: { id: "us-1", username: "john", email: "john@example.com" }
    }
  }
})

const wait = (options?: { readonly timeout?: number }) =>
  Effect.flatMap(Deployments, (deployments) => deployments.await("my-app", "dep-1", options))

const after = <A, E, R>(millis: number, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* TestClock.adjust(millis)
    return yield* Fiber.join(fiber)
  })

describe("Deployments.await", () => {
  it.effect("waits through all phases, with low priority", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const phases = ["queued", "building", "pushing", undefined, "starting", "a-new-phase"].map(inState)
      const result = yield* after(120_000, wait()).pipe(
        withApi(sent, inOrder(...phases, serverError(), inState("success")))
      )
      assert.strictEqual(Either.getOrThrow(result).status, "success")
      assert.strictEqual(sent.length, 8)
      assert.isTrue(sent.every(({ priority }) => priority === "background"))
    }))

  for (const status of ["aborted", "build-error", "crashed-error", "timeout-error", "hook-error", "some-error"]) {
    it.effect(`fails with the deployment when its status is ${status}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(wait()).pipe(withApi([], inOrder(inState(status))))
        assert.instanceOf(error, DeploymentFailed)
        assert.strictEqual(error.deployment.status, status)
        assert.include(error.message, status)
        assert.include(error.message, "my-app")
      }))
  }

  it.effect("fails after its timeout", () =>
    Effect.gen(function*() {
      const result = yield* after(60_000, wait({ timeout: 60_000 })).pipe(withApi([], inOrder(inState("building"))))
      const error = Either.getOrThrow(Either.flip(result))
      assert.instanceOf(error, WaitTimeout)
      assert.strictEqual(error.last?.status, "building")
      assert.include(error.message, "deployment dep-1 of the app my-app")
    }))
})

describe("Deployments.output", () => {
  const output = Effect.flatMap(Deployments, (deployments) => deployments.output("my-app", "dep-1"))

  it.effect("returns the text as it is", () =>
    Effect.gen(function*() {
      const text = yield* output.pipe(withApi([], () => ({ text: "-----> Building\n{\"not\": json}\n" })))
      assert.deepStrictEqual(text, Option.some("-----> Building\n{\"not\": json}\n"))
    }))

  it.effect("returns none while there is no output", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* output.pipe(withApi([], () => notFound())), Option.none())
    }))

  it.effect("fails when the app does not exist", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(output).pipe(withApi([], () => notFound("app")))
      assert.strictEqual(error._tag, "NotFound")
    }))
})

describe("Deployments.create", () => {
  const create = (input: { readonly source_url: string | Redacted.Redacted; readonly git_ref?: string }) => {
    const sent: Array<ApiCall> = []
    return Effect.flatMap(Deployments, (deployments) => deployments.create("my-app", input)).pipe(
      withApi(sent, () => inState("queued")),
      Effect.zipRight(Effect.sync(() => sent[0]?.body))
    )
  }

  it.effect("accepts the redacted URL of a source", () =>
    Effect.gen(function*() {
      const body = yield* create({ source_url: Redacted.make("https://sources.example/1?token=x"), git_ref: "v1" })
      assert.deepStrictEqual(body, { deployment: { source_url: "https://sources.example/1?token=x", git_ref: "v1" } })
    }))

  it.effect("refuses an invalid URL and an invalid image tag", () =>
    Effect.gen(function*() {
      const path = yield* Effect.flip(create({ source_url: "./archive.tar.gz" }))
      assert.include(path.message, "deployment.source_url must be an http(s) address")
      assert.notInclude(path.message, "./archive")
      for (const git_ref of ["", "-v1"]) {
        const label = yield* Effect.flip(create({ source_url: "https://example.com/a.tar.gz", git_ref }))
        assert.include(label.message, "deployment.git_ref must be a label that does not start with a hyphen")
      }
    }))
})
