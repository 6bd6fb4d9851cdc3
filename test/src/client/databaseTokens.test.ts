/**
 * How the database API refuses a token: 400 `unauthorized` where the other APIs have 401.
 */
import { Databases } from "@effect-scalingo/core/Databases"
import { Addons, Apps } from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { failure, Fault, Sandbox, sent, withScalingoUnlimited } from "../e2e/kit.js"

const seed = { apps: [{ name: "my-app", addons: ["postgresql"] }] }

const database = Effect.gen(function*() {
  const [addon] = yield* Effect.flatMap(Addons, (addons) => addons.list("my-app"))
  return { app: "my-app", addonId: addon?.id ?? "" }
})

/** Requests for addon tokens so far. */
const tokenRequests = Effect.map(sent, (requests) => requests.filter((request) => request.endsWith("/token")).length)

describe("a token that the database API refuses", () => {
  it.effect("with 400 unauthorized is renewed, and the request is replayed once, also a POST", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const databases = yield* Databases
      const ref = yield* database
      yield* databases.get(ref)
      assert.strictEqual(yield* tokenRequests, 1)
      yield* sandbox.inject({ on: { api: "database" }, fault: Fault.expiredBearer })
      assert.strictEqual(yield* databases.ping(ref).pipe(Effect.as("done")), "done")
      assert.strictEqual(yield* tokenRequests, 2)
      assert.deepStrictEqual((yield* sandbox.requests).slice(-3).map(({ api, status }) => [api, status]), [
        ["database", 400],
        ["regional", 200],
        ["database", 200]
      ])
    }).pipe(withScalingoUnlimited(seed)))

  it.effect("again with a new token is Unauthorized, with the status 400", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const databases = yield* Databases
      const ref = yield* database
      yield* sandbox.inject({
        on: { api: "database" },
        fault: Fault.status(400, { error: "unauthorized" }),
        times: Infinity
      })
      const error = yield* failure(databases.get(ref))
      assert.deepInclude(error, { _tag: "Unauthorized", status: 400, detail: "unauthorized", attempts: 2 })
      assert.strictEqual(yield* tokenRequests, 2)
      const action = yield* failure(databases.listExtensions(ref))
      assert.strictEqual(action._tag, "Unauthorized")
    }).pipe(withScalingoUnlimited(seed)))

  it.effect("any other 400 is BadRequest, and leaves the token in use", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const databases = yield* Databases
      const ref = yield* database
      for (const body of [{ error: "unauthorized feature" }, { message: "unauthorized" }, "unauthorized", null]) {
        yield* sandbox.inject({ on: { api: "database" }, fault: Fault.status(400, body) })
        assert.strictEqual((yield* failure(databases.get(ref)))._tag, "BadRequest", JSON.stringify(body))
      }
      assert.strictEqual(yield* tokenRequests, 1)
    }).pipe(withScalingoUnlimited(seed)))

  it.effect("400 unauthorized of another API is BadRequest", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { api: "regional" }, fault: Fault.status(400, { error: "unauthorized" }) })
      const error = yield* failure(Effect.flatMap(Apps, (apps) => apps.get("my-app")))
      assert.strictEqual(error._tag, "BadRequest")
    }).pipe(withScalingoUnlimited(seed)))
})
