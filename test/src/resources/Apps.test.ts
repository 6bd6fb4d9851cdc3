import { Apps, layer } from "@effect-scalingo/core/Apps"
import { isBusy, isNoChange, Unprocessable } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Either, Fiber, Layer, Option, Random, Redacted, Stream, TestClock } from "effect"
import { inspect } from "node:util"
import {
  type ApiCall,
  fakeApis,
  type FakeResponse,
  inOrder,
  json,
  type RespondCall,
  serverError
} from "../fakePlatform.js"
import { pageMeta } from "../pageMeta.js"

const withApi = (sent: Array<ApiCall>, respond: RespondCall) =>
  Effect.provide(Layer.provide(layer, fakeApis(sent, respond)))

/** Calls a method over a platform with one response. */
const call = <A, E>(
  response: FakeResponse,
  f: (apps: typeof Apps.Service) => Effect.Effect<A, E>,
  sent: Array<ApiCall> = []
) => Effect.flatMap(Apps, f).pipe(withApi(sent, () => response))

const accepted = (location?: string): FakeResponse => ({
  status: 202,
  headers: location === undefined ? {} : { location }
})

const app = {
  id: "54100930736f7563d5030000",
  name: "my-app",
  created_at: "2014-09-10T10:17:52.690+02:00",
  updated_at: "2014-09-10T10:17:52.690+02:00",
  git_url: "git@ssh.osc-fr1.scalingo.com:my-app.git",
  url: "https://my-app.osc-fr1.scalingo.io",
  owner: { id: "us-1", username: "john", email: "john@example.com" },
  links: { deployments_stream: "wss://deployments.scalingo.com/apps/my-app" },
  last_deployed_at: null,
  last_deployed_by: null
}

describe("Apps.restart", () => {
  for (
    const location of [
      "https://api.osc-fr1.scalingo.com/v1/apps/my-app/operations/op-1",
      "http://evil.example/v1/apps/my-app/operations/op-1/?token=x#y",
      "/v1/apps/my-app/operations/op-1",
      "/apps/my%2Dapp/operations/op-1"
    ]
  ) {
    it.effect(`returns the operation of the Location ${location}`, () =>
      Effect.gen(function*() {
        const ref = yield* call(accepted(location), (apps) => apps.restart("my-app"))
        assert.deepStrictEqual(ref, { app: "my-app", operationId: "op-1", region: "osc-fr1", type: "restart" })
      }))
  }

  for (const location of [undefined, "", "https://db-api.osc-fr1.scalingo.com/api/operations/op-1"]) {
    it.effect(`fails with DecodeError for the Location ${String(location)}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(call(accepted(location), (apps) => apps.restart("my-app")))
        assert.strictEqual(error._tag, "DecodeError")
        assert.include(error.message, "Location")
      }))
  }

  it.effect("restarts all containers, or those of the scope", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const response = accepted("/apps/my-app/operations/op-1")
      yield* call(response, (apps) => apps.restart("my-app"), sent)
      yield* call(response, (apps) => apps.restart("my-app", { scope: ["web", "worker-1"] }), sent)
      assert.deepStrictEqual(sent.map(({ body }) => body), [{}, { scope: ["web", "worker-1"] }])
    }))

  it.effect("refuses an empty scope, which would restart all containers", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const error = yield* Effect.flip(
        call(accepted("/apps/my-app/operations/op-1"), (apps) => apps.restart("my-app", { scope: [] }), sent)
      )
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.include(error.message, "scope must be")
      assert.deepStrictEqual(sent, [])
    }))
})

describe("Apps.scale", () => {
  const json = { containers: [{ id: "52fd", name: "web", amount: 2, size: "M" }] }
  const scale = (apps: typeof Apps.Service) => apps.scale("my-app", [{ name: "web", amount: 2 }])

  it.effect("returns the formation and the operation", () =>
    Effect.gen(function*() {
      const { containers, operation } = yield* call({ ...accepted("/apps/my-app/operations/op-1"), json }, scale)
      assert.strictEqual(containers[0]?.name, "web")
      assert.deepStrictEqual(operation, { app: "my-app", operationId: "op-1", region: "osc-fr1", type: "scale" })
    }))

  it.effect("returns no operation when nothing has to be done", () =>
    Effect.gen(function*() {
      const { operation } = yield* call({ status: 200, json }, scale)
      assert.isNull(operation)
    }))

  it.effect("fails when an accepted request comes without a Location", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(call({ status: 202, json }, scale))
      assert.include(error.message, "Location")
    }))

  it.effect("can be made to succeed with isNoChange when the formation does not change", () =>
    Effect.gen(function*() {
      const refused = new Unprocessable({
        endpoint: "Apps.scale",
        method: "POST",
        url: "https://api.osc-fr1.scalingo.com/v1/apps/my-app/scale",
        requestId: "request",
        attempts: 1,
        elapsed: Duration.zero,
        status: 422,
        detail: "no change in containers formation",
        body: "",
        errors: {}
      })
      const result = yield* Effect.flatMap(Apps, scale).pipe(
        Effect.asSome,
        Effect.catchIf(isNoChange, () => Effect.succeed(Option.none())),
        withApi([], () => refused)
      )
      assert.isTrue(Option.isNone(result))
    }))

  it.effect("refuses an invalid number of containers", () =>
    Effect.gen(function*() {
      for (const amount of [-1, 1.5]) {
        const error = yield* Effect.flip(
          call({ status: 200, json }, (apps) => apps.scale("my-app", [{ name: "web", amount }]))
        )
        assert.strictEqual(error._tag, "InvalidRequest")
        assert.include(error.message, "containers.0.amount")
      }
    }))
})

describe("waitWhileBusy", () => {
  const unprocessable = (detail: string) =>
    new Unprocessable({
      endpoint: "Apps.restart",
      method: "POST",
      url: "https://api.osc-fr1.scalingo.com/v1/apps/my-app/restart",
      requestId: "request",
      attempts: 1,
      elapsed: Duration.zero,
      status: 422,
      detail,
      body: "",
      errors: {}
    })
  const busy = (detail = "app: is scaling, nothing else can be done to it") => unprocessable(detail)
  const done = accepted("/apps/my-app/operations/op-1")

  const restart = (sent: Array<ApiCall>, respond: RespondCall, waitWhileBusy?: Duration.DurationInput) =>
    Effect.gen(function*() {
      const result = Effect.flatMap(Apps, (apps) => apps.restart("my-app", { scope: ["web"], waitWhileBusy })).pipe(
        withApi(sent, respond),
        Effect.withRandom(Random.fixed([0.5])),
        Effect.either
      )
      const fiber = yield* Effect.fork(result)
      yield* TestClock.adjust("10 minutes")
      return yield* Fiber.join(fiber)
    })

  it.effect("sends the request again with growing delays and low priority, until it is accepted", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const result = yield* restart(sent, inOrder(...Array.from({ length: 9 }, () => busy()), done), "5 minutes")
      assert.deepInclude(Either.getOrThrow(result), { operationId: "op-1" })
      const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at)
      assert.deepStrictEqual(gaps, [1000, 1500, 2250, 3375, 5063, 7594, 10_000, 10_000, 10_000])
      assert.deepStrictEqual(sent.map(({ priority }) => priority), ["user", ...Array(9).fill("background")])
      assert.deepStrictEqual(sent.map(({ body }) => body), Array(10).fill({ scope: ["web"] }))
    }))

  it.effect("fails with the platform's error after that time", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const error = Either.getOrThrow(Either.flip(yield* restart(sent, () => busy(), "30 seconds")))
      assert.isTrue(isBusy(error))
      assert.strictEqual(sent.at(-1)?.at, 30_000)
    }))

  it.effect("does not interrupt a request at the end of that time", () =>
    Effect.gen(function*() {
      const slow = Effect.as(Effect.sleep("1 minute"), done)
      const result = yield* restart([], inOrder<never | Unprocessable>(busy(), busy(), slow), "5 seconds")
      assert.isTrue(Either.isRight(result))
    }))

  it.effect("sends the request once when it is not asked for, and after any other failure", () =>
    Effect.gen(function*() {
      for (
        const [failure, wait] of [
          [busy(), undefined],
          [unprocessable("no change in containers formation"), "5 minutes"],
          [unprocessable("scope: web is not a type"), "5 minutes"],
          [serverError(), "5 minutes"]
        ] as const
      ) {
        const sent: Array<ApiCall> = []
        const error = Either.getOrThrow(Either.flip(yield* restart(sent, () => failure, wait)))
        assert.strictEqual(error, failure)
        assert.lengthOf(sent, 1)
      }
    }))

  it("recognises a busy app by the text", () => {
    for (const text of ["app: is scaling", "my-app is already restarting", "the app is currently starting"]) {
      assert.isTrue(isBusy(busy(text)), text)
    }
    for (const text of ["no change in containers formation", "name: is starting with a hyphen", "is invalid"]) {
      assert.isFalse(isBusy(busy(text)), text)
    }
  })
})

describe("Apps.run", () => {
  const container = {
    id: "5250424112dba4edf0000024",
    type: "one-off",
    type_index: 1,
    created_at: "2015-02-17T22:10:32.692+01:00",
    memory: 5.36870912e+08,
    state: "booting",
    app: { name: "my-app" }
  }
  const body = {
    container,
    operation_url: "http://api.osc-fr1.scalingo.com/v1/apps/my-app/operations/op-1",
    operation: "op-1"
  }

  it.effect("returns the container and its operation", () =>
    Effect.gen(function*() {
      const run = yield* call({ json: body }, (apps) => apps.run("my-app", { command: "bash" }))
      assert.strictEqual(run.container.state, "booting")
      assert.deepStrictEqual(run.operation, {
        app: "my-app",
        operationId: "op-1",
        region: "osc-fr1",
        type: "start-one-off"
      })
    }))

  it.effect("accepts redacted variables, and never shows the URL of the container", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const run = yield* call(
        { json: { ...body, attach_url: "https://one-off.example/secret-path" } },
        (apps) => apps.run("my-app", { command: "bash", env: { A: "plain", B: Redacted.make("hidden") } }),
        sent
      )
      assert.deepStrictEqual(sent[0]?.body, { command: "bash", env: { A: "plain", B: "hidden" } })
      assert.notInclude(inspect(run, { depth: 9 }), "secret-path")
      assert.strictEqual(Redacted.value(run.attach_url!), "https://one-off.example/secret-path")
    }))
})

describe("the name of an app", () => {
  const names = ["short", "a".repeat(49), "My-App", "my_app", "-my-app", "my-app-", "my--app", "my app", "mÿ-app"]
  for (const name of names) {
    it.effect(`${JSON.stringify(name)} is refused before anything is sent`, () =>
      Effect.gen(function*() {
        const sent: Array<ApiCall> = []
        const error = yield* Effect.flip(call({ json: { app } }, (apps) => apps.create({ name }), sent))
        assert.strictEqual(
          error.message,
          "Apps.create was not sent: app.name must be " +
            "an app name: 6 to 48 lowercase letters, digits and single hyphens between them"
        )
        assert.deepStrictEqual(sent, [])
      }))
  }

  for (const name of ["my-app", "abcdef", "123456", "a-b-c-1", "a".repeat(48)]) {
    it.effect(`${name} is accepted`, () => call({ json: { app } }, (apps) => apps.create({ name })))
  }

  it.effect("is shorter for a child app", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        call({ json: { app } }, (apps) => apps.createChildApp("my-app", { name: "a".repeat(33) }))
      )
      assert.include(error.message, "6 to 32")
    }))
})

describe("Apps.listChildApps", () => {
  it.effect("lists the apps of all pages", () =>
    Effect.gen(function*() {
      const page: RespondCall = ({ query }) =>
        json({
          child_apps: [{ ...app, id: String(query["page"]), name: `child-${String(query["page"])}` }],
          meta: pageMeta(Number(query["page"]), 3)
        })
      const names = yield* Effect.map(Apps, (apps) => apps.listChildApps("my-app")).pipe(
        Effect.flatMap(Stream.runCollect),
        withApi([], page)
      )
      assert.deepStrictEqual(Chunk.toReadonlyArray(names).map(({ name }) => name), ["child-1", "child-2", "child-3"])
    }))

  it.effect("lists apps that come without pages", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const children = yield* Effect.map(Apps, (apps) => apps.listChildApps("my-app")).pipe(
        Effect.flatMap(Stream.runCollect),
        withApi(sent, () => ({ json: { child_apps: [app, app] } }))
      )
      assert.strictEqual(children.length, 2)
      assert.strictEqual(sent.length, 1)
    }))
})

describe("Apps.logsArchives", () => {
  const archive = { url: "https://archive.example/secret", size: 1, from: "Fri Mar 24", to: "Sun Mar 26" }
  const pages: RespondCall = ({ query }) =>
    query["cursor"] === undefined
      ? { json: { next_cursor: "2", has_more: true, archives: [archive, archive] } }
      : { json: { next_cursor: "", has_more: false, archives: [archive] } }

  it.effect("lists all archives, and never shows their URLs", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      const archives = yield* Effect.map(Apps, (apps) => apps.logsArchives("my-app")).pipe(
        Effect.flatMap(Stream.runCollect),
        withApi(sent, pages)
      )
      assert.strictEqual(archives.length, 3)
      assert.deepStrictEqual(sent.map(({ query }) => query["cursor"]), [undefined, "2"])
      assert.notInclude(inspect(archives, { depth: 9 }), "secret")
    }))

  it.effect("returns one page with the next cursor", () =>
    Effect.gen(function*() {
      const step = (cursor?: string) =>
        Effect.flatMap(Apps, (apps) => apps.logsArchivesPage("my-app", { cursor })).pipe(withApi([], pages))
      assert.strictEqual((yield* step()).nextCursor, "2")
      assert.isNull((yield* step("2")).nextCursor)
    }))
})

describe("Apps.metrics", () => {
  const paths = (options?: Parameters<typeof Apps.Service.metrics>[2]) =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* call({ json: [{ time: "2016-07-26T15:34:00Z", value: 5.9e+06 }] }, (apps) =>
        apps.metrics("my-app", "cpu", options), sent)
      return sent[0]?.path
    })

  it.effect("reads the metrics of an app, of a container type or of a container", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* paths(), "/apps/my-app/stats/cpu")
      assert.strictEqual(yield* paths({ containerType: "web" }), "/apps/my-app/stats/cpu/web")
      assert.strictEqual(yield* paths({ containerType: "web", containerIndex: 2 }), "/apps/my-app/stats/cpu/web/2")
    }))

  it.effect("refuses an index without a type", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(paths({ containerIndex: 2 }))
      assert.strictEqual(error.message, "Apps.metrics was not sent: containerType must be given with containerIndex")
    }))
})

describe("Apps.delete and Apps.transfer", () => {
  it.effect("send the current name of the app as a confirmation", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      yield* call({ status: 204 }, (apps) => apps.delete("54100930736f7563d5030000", { currentName: "my-app" }), sent)
      yield* call(
        { json: { app } },
        (apps) => apps.transfer("54100930736f7563d5030000", "jane@example.com", { currentName: "my-app" }),
        sent
      )
      assert.deepStrictEqual(sent.map(({ query }) => query), [{ current_name: "my-app" }, { current_name: "my-app" }])
      assert.deepStrictEqual(sent[1]?.body, { app: { owner: "jane@example.com" } })
    }))
})
