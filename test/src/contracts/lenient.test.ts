/**
 * A lenient client over responses that do not fit: a method returns something or fails, and never ends in a defect.
 */
import { App } from "@effect-scalingo/core/App"
import * as Apps from "@effect-scalingo/core/Apps"
import { Collaborator } from "@effect-scalingo/core/Collaborators"
import * as Deployments from "@effect-scalingo/core/Deployments"
import * as Environment from "@effect-scalingo/core/Environment"
import { Event } from "@effect-scalingo/core/Event"
import { Notifier } from "@effect-scalingo/core/Notifiers"
import * as Operations from "@effect-scalingo/core/Operations"
import { ProviderApp } from "@effect-scalingo/core/ProviderApps"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import { TwoFactorValidation } from "@effect-scalingo/core/TwoFactorAuth"
import * as Users from "@effect-scalingo/core/Users"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Chunk,
  type Context,
  DateTime,
  Effect,
  Either,
  Exit,
  Fiber,
  Layer,
  Redacted,
  Schema,
  Stream,
  TestClock
} from "effect"
import { inspect } from "node:util"
import { type ApiCall, type Apis, fakeApis, json, type RespondCall } from "../fakePlatform.js"
import { pageMeta } from "../pageMeta.js"
import { runner } from "./driver.js"
import { callFor, inventory, type InventoryEndpoint, isExternal, isLive, respondAs } from "./inventory.js"
import { isObject } from "./requiredFields.js"

const odd: ReadonlyArray<unknown> = [null, 5, {}, [null]]

/** The documented response with odd values in place of its parts, and odd bodies. */
const oddBodies = ({ responseRoot }: InventoryEndpoint, json: unknown): ReadonlyArray<unknown> => {
  if (!isObject(json)) return odd
  const value = responseRoot === null ? json : json[responseRoot]
  const first = Array.isArray(value) ? value[0] : value
  const fields = isObject(first) ? Object.keys(first) : []
  const wrap = (changed: unknown) => responseRoot === null ? changed : { ...json, [responseRoot]: changed }
  return [
    ...odd.flatMap((part) => [part, ...Object.keys(json).map((key) => ({ ...json, [key]: part }))]),
    // One request for each field would take long; what is left of the entity is odd as well.
    ...odd.map((part) => {
      const changed = { ...isObject(first) ? first : {}, ...Object.fromEntries(fields.map((name) => [name, part])) }
      return wrap(Array.isArray(value) ? [changed] : changed)
    })
  ]
}

const run = runner({ lenient: true })

describe("a lenient client has no defect, whatever it gets from", () => {
  for (const endpoint of inventory) {
    const driven = callFor(endpoint)
    const json = driven?.response?.json ?? endpoint.exampleResponse
    const hasBody = json !== null && json !== undefined && endpoint.pathIsFullUrl !== true
    if (driven === undefined || !hasBody || isLive(endpoint) || isExternal(endpoint)) continue
    it(`${endpoint.api} ${endpoint.resource}.${endpoint.name}`, () => {
      for (const body of oddBodies(endpoint, json)) {
        const exit = run(driven.run, respondAs(endpoint, { ...driven.response, text: JSON.stringify(body) }))
        const defects = Exit.isFailure(exit) ? Cause.defects(exit.cause) : []
        assert.deepStrictEqual([...defects], [], JSON.stringify(body))
      }
    })
  }
})

describe("a lenient client", () => {
  const using = <I, S, A, E>(
    tag: Context.Tag<I, S>,
    layer: Layer.Layer<I, never, Apis>,
    respond: RespondCall,
    f: (service: S) => Effect.Effect<A, E>
  ): Effect.Effect<A, E> =>
    Effect.flatMap(tag, f).pipe(Effect.provide(Layer.provide(layer, fakeApis([], respond, { lenient: true }))))

  const usage = (body: unknown) =>
    using(Users.Users, Users.layer, () => json(body), (users) => Effect.either(users.usage()))

  it.effect("lists usages that do not fit, and fails where there are none", () =>
    Effect.gen(function*() {
      const odd = { app: "my-app", app_id: 3 as never }
      const list = yield* usage({ usage: [odd] })
      assert.deepStrictEqual(list._tag === "Right" && list.right, [odd])
      for (const body of [5, "text", [], {}, { usage: 5 }, { usage: "app" }, { usage: { app: 3 } }]) {
        const wrong = yield* usage(body)
        assert.strictEqual(wrong._tag === "Left" && wrong.left._tag, "DecodeError", JSON.stringify(body))
      }
    }))

  it.effect("returns what fits decoded, and hides secrets in any case", () =>
    Effect.gen(function*() {
      const variables = [
        { id: "1", name: "GOOD", value: "s3cr3t-good" },
        { id: 2, name: "ODD", value: "s3cr3t-odd" },
        { id: 3, name: "NUMBER", value: 54321 },
        { id: "4", name: "NONE", value: null },
        null
      ]
      const all = yield* using(Environment.Environment, Environment.layer, () =>
        json({ variables }), ({ list }) =>
        list("my-app"))
      for (const shown of [inspect(all, { depth: 9 }), JSON.stringify(all)]) {
        assert.notInclude(shown, "s3cr3t")
        assert.notInclude(shown, "54321")
      }
      const [good, odd, number, none, nothing] = all
      assert.deepStrictEqual(
        [good, odd, number].map((variable) =>
          Redacted.value(variable!.value)
        ),
        [
          "s3cr3t-good",
          "s3cr3t-odd",
          "54321"
        ]
      )
      assert.deepInclude(odd, { id: 2 as never, name: "ODD" })
      assert.isNull(none?.value)
      assert.isNull(nothing)
    }))

  const secret = "s3cr3t"
  const event = { id: 7, created_at: "2026-01-02T03:04:05.000Z", type_data: { name: "A", value: secret, url: secret } }
  const parts: ReadonlyArray<readonly [what: string, schema: Schema.Schema.AnyNoContext, body: unknown]> = [
    ["an event of a known type", Event, { ...event, type: "new_variable" }],
    ["an event without a type", Event, event],
    ["an event that is a text", Event, secret],
    ["the last event of an app", App, { id: "app-1", name: "my-app", last_event: { ...event, type: "new_variable" } }],
    ["recovery codes in a text", TwoFactorValidation, { codes: secret }],
    ["recovery codes by name", TwoFactorValidation, { codes: { first: secret } }],
    ["a configuration that is a list", ProviderApp, { id: 7, config: [{ name: "A", value: secret }] }],
    ["the data of a notifier in a list", Notifier, { id: 7, type_data: [{ webhook_url: secret }] }],
    ["one of an object and a list", Schema.Union(Collaborator, Schema.Tuple(Collaborator)), {
      id: 7,
      invitation_link: secret
    }],
    ["a list of one", Schema.Union(Collaborator, Schema.Tuple(Collaborator)), [{ id: 7, invitation_link: secret }]]
  ]
  for (const [what, schema, body] of parts) {
    it(`hides secrets in ${what}`, () => {
      const text = JSON.stringify({ root: body })
      const decoded = Decode.root("root", schema).decode({ status: 200, headers: {}, text, region: null })
      if (Either.isRight(decoded)) return assert.fail("it fits")
      assert.isDefined(decoded.left.unchecked)
      assert.notInclude(inspect(decoded.left.unchecked, { depth: 9 }), secret)
    })
  }

  it.effect("decodes the dates of an app with a field that does not fit", () =>
    Effect.gen(function*() {
      const created_at = "2026-01-02T03:04:05.000Z"
      const app = { id: "app-1", name: 5, created_at, updated_at: "soon", owner: { id: 7, username: "john" } }
      const found = yield* using(Apps.Apps, Apps.layer, () => json({ app }), (apps) => apps.get("my-app"))
      assert.isTrue(DateTime.isDateTime(found.created_at))
      assert.deepInclude(found, { name: 5 as never, updated_at: "soon" as never, owner: app.owner as never })
    }))

  it.effect("does not change variables by a list that does not fit", () =>
    Effect.gen(function*() {
      const sent: Array<ApiCall> = []
      for (const variables of [[{ id: 2, name: "ODD", value: "x" }], [null], { id: "1" }]) {
        const synced = yield* Effect.flatMap(Environment.Environment, ({ sync }) =>
          Effect.either(sync("my-app", { GOOD: "x" }, { remove: "extra" }))).pipe(
            Effect.provide(
              Layer.provide(
                Environment.layer,
                fakeApis(sent, () =>
                  json({ variables }), { lenient: true })
              )
            )
          )
        assert.strictEqual(synced._tag === "Left" && synced.left._tag, "DecodeError")
      }
      assert.isTrue(sent.every(({ method }) => method === "GET"))
    }))

  it.effect("lists archives that do not fit, and fails where there are none", () =>
    Effect.gen(function*() {
      const archives = (body: unknown) =>
        using(
          Apps.Apps,
          Apps.layer,
          () => json(body),
          (apps) => Effect.either(Stream.runCollect(apps.logsArchives("my-app")))
        )
      const list = yield* archives({ has_more: "no", archives: [{ size: "1" }], next_cursor: null })
      assert.deepStrictEqual(list._tag === "Right" && Chunk.toReadonlyArray(list.right), [{ size: "1" } as never])
      for (const body of [5, [], {}, { has_more: 1, archives: 5 }, { has_more: 1, archives: { size: 1 } }]) {
        const wrong = yield* archives(body)
        assert.strictEqual(wrong._tag === "Left" && wrong.left._tag, "DecodeError", JSON.stringify(body))
      }
    }))

  it.effect("walks pages with items that do not fit, with and without page numbers, and never in a circle", () =>
    Effect.gen(function*() {
      const children = (respond: RespondCall) =>
        using(Apps.Apps, Apps.layer, respond, (apps) => Effect.either(Stream.runCollect(apps.listChildApps("my-app"))))
      const odd = { child_apps: [{ name: 5 }] }
      const all = yield* children(() => json(odd))
      assert.strictEqual(all._tag === "Right" && all.right.length, 1)
      const pages = yield* children(({ query }) => json({ ...odd, meta: pageMeta(Number(query["page"]), 3) }))
      assert.strictEqual(pages._tag === "Right" && pages.right.length, 3)
      const circle = yield* children(() => json({ ...odd, meta: pageMeta(1, 3) }))
      assert.strictEqual(circle._tag === "Left" && circle.left._tag, "DecodeError")
      const none = yield* children(() => json({ child_apps: null, meta: pageMeta(1, 3) }))
      assert.strictEqual(none._tag === "Left" && none.left._tag, "DecodeError")
    }))

  it.effect("awaits operations and deployments that do not fit", () =>
    Effect.gen(function*() {
      const wait = (operation: unknown) =>
        using(Operations.Operations, Operations.layer, () => json({ operation }), (operations) =>
          Effect.gen(function*() {
            const ref = { app: "my-app", operationId: "op-1", region: null }
            const waiting = yield* Effect.fork(Effect.either(operations.await(ref, { timeout: "1 minute" })))
            const following = yield* Effect.fork(
              Effect.either(Stream.runCollect(operations.follow(ref, { timeout: "1 minute" })))
            )
            yield* TestClock.adjust("2 minutes")
            const [awaited, followed] = yield* Fiber.join(Fiber.zip(waiting, following))
            assert.strictEqual(awaited._tag, followed._tag)
            return awaited._tag === "Right" ? awaited.right.status : awaited.left._tag
          }))
      const odd = { id: 1, created_at: "never", attach_url: 5 }
      assert.strictEqual(yield* wait({ ...odd, status: "done" }), "done")
      assert.strictEqual(yield* wait({ ...odd, status: "error", error: 5 }), "OperationFailed")
      assert.strictEqual(yield* wait({ ...odd, status: "running" }), "WaitTimeout")
      assert.strictEqual(yield* wait({ ...odd, status: 5 }), "WaitTimeout")
      assert.strictEqual(yield* wait(null), "DecodeError")

      const failed = (status: unknown) =>
        using(
          Deployments.Deployments,
          Deployments.layer,
          () => json({ deployment: { status } }),
          (deployments) =>
            Effect.gen(function*() {
              const waiting = yield* Effect.fork(Effect.flip(deployments.await("my-app", "dep-1")))
              yield* TestClock.adjust("20 minutes")
              return (yield* Fiber.join(waiting))._tag
            })
        )
      assert.strictEqual(yield* failed("build-error"), "DeploymentFailed")
      assert.strictEqual(yield* failed(null), "WaitTimeout")
    }))
})
