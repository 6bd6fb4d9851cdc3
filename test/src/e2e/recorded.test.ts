/**
 * What recorded responses of the platform and its changelog say, as the services of the library have it.
 */
import {
  Addons,
  Apps,
  Billing,
  Collaborators,
  ContainerSizes,
  Environment,
  LogDrains,
  Notifiers,
  Stacks,
  Tokens,
  TwoFactorAuth
} from "@effect-scalingo/core/Scalingo"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { as, failure, Sandbox, withScalingoUnlimited } from "./kit.js"

const app = "example-app"

describe("end to end: recorded errors", () => {
  it.effect("name what is wrong", () =>
    Effect.gen(function*() {
      const apps = yield* Apps
      const stack = yield* failure(apps.update(app, { stack_id: "st-none" }))
      assert.deepInclude(stack, { _tag: "NotFound", resource: "stack" })
      const rename = yield* failure(apps.rename(app, { current_name: app, new_name: "another-app" }))
      assert.deepStrictEqual("errors" in rename ? Object.keys(rename.errors) : [], ["name"])
      const scale = yield* failure(apps.scale(app, [{ name: "web", amount: 11 }]))
      assert.deepStrictEqual("errors" in scale ? Object.keys(scale.errors) : [], ["container-web-amount"])
      const metrics = yield* failure(apps.metrics(app, "cpu"))
      assert.deepInclude(metrics, { _tag: "BadRequest", detail: "'container' should be defined" })
      assert.isAbove((yield* apps.metrics(app, "all")).length, 0)

      const notifiers = yield* Notifiers
      const notifier = yield* failure(notifiers.create(app, { platform_id: "none", name: "n" }))
      assert.deepInclude(notifier, { _tag: "NotFound", resource: "notification_platform" })

      const addons = yield* Addons
      const plan = { addon_provider_id: "redis", plan_id: "redis-sandbox" }
      assert.strictEqual((yield* failure(addons.provision(app, plan)))._tag, "Unprocessable")
    }).pipe(withScalingoUnlimited()))

  it.effect("somebody else's invitation is a BadRequest", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const collaborators = yield* Collaborators
      yield* collaborators.invite("another-app", { email: "carol@example.com" })
      const token = (yield* sandbox.mails)[0]?.data["token"] ?? ""
      const accept = Effect.flatMap(Collaborators, (it) => it.acceptInvitation(token))
      assert.strictEqual((yield* failure(accept.pipe(as("alice"))))._tag, "BadRequest")
    }).pipe(withScalingoUnlimited()))

  it.effect("of two-factor authentication are BadRequest with the platform's text", () =>
    Effect.gen(function*() {
      const tfa = yield* TwoFactorAuth
      const code = { attempt: "123456" }
      const detail = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.map(failure(effect), (error) => "detail" in error ? error.detail : error._tag)
      assert.strictEqual(yield* detail(tfa.validate(code)), "otp not created")
      assert.strictEqual(yield* detail(tfa.disable()), "2fa not enabled for this account")
      assert.strictEqual(yield* detail(tfa.initiate({ provider: "mail" })), "invalid provider")
      yield* tfa.initiate({ provider: "totp" })
      assert.strictEqual((yield* tfa.validate(code)).user?.enabled, true)
      assert.strictEqual(yield* detail(tfa.initiate({ provider: "totp" })), "2fa already enabled")
    }).pipe(withScalingoUnlimited()))
})

describe("end to end: recorded values", () => {
  it.effect("a renewed token keeps its id", () =>
    Effect.gen(function*() {
      const tokens = yield* Tokens
      const { id } = yield* tokens.create({ name: "CI" })
      assert.strictEqual((yield* tokens.renew(id)).id, id)
    }).pipe(withScalingoUnlimited()))

  it.effect("the platform decides how long values of variables are, and what their names begin with", () =>
    Effect.gen(function*() {
      const environment = yield* Environment
      const value = "x".repeat(32_768)
      yield* environment.create(app, { name: "LONG", value })
      const long = yield* failure(environment.create(app, { name: "LONGER", value: `${value}x` }))
      assert.strictEqual(long._tag, "Unprocessable")
      for (const name of ["_X", "1X"]) {
        const refused = yield* failure(environment.create(app, { name, value: "" }))
        assert.deepInclude(refused, { _tag: "Unprocessable", errors: { name: ["must start with a letter"] } })
      }
      const variables = yield* environment.list(app)
      const kept = variables.find((variable) => variable.name === "LONG")
      assert.strictEqual(kept === undefined ? 0 : Redacted.value(kept.value).length, 32_768)
    }).pipe(withScalingoUnlimited()))

  it.effect("a billing profile is changed in part", () =>
    Effect.gen(function*() {
      const billing = yield* Billing
      const before = yield* billing.getProfile
      const after = yield* billing.updateProfile(before.id, { company: "New" })
      assert.deepStrictEqual(after, { ...before, company: "New" })
    }).pipe(withScalingoUnlimited()))

  it.effect("log drains go to logtail and appsignal with a token, to syslog with and without", () =>
    Effect.gen(function*() {
      const logDrains = yield* LogDrains
      const address = { host: "logs.example.com", port: "6514" }
      yield* logDrains.create(app, { type: "logtail", token: "t" })
      yield* logDrains.create(app, { type: "appsignal", token: "t" })
      yield* logDrains.create(app, { type: "syslog", ...address })
      yield* logDrains.create(app, { type: "syslog", ...address, token: "t" })
      const urls = (yield* logDrains.list(app)).map(({ url }) => Redacted.value(url).replace(/:\/\/.*/, ""))
      assert.deepStrictEqual(urls, ["logtail", "appsignal", "syslog", "syslog"])
    }).pipe(withScalingoUnlimited()))

  it.effect("there are 3XL containers, scalingo-26 by default, and scalingo-24", () =>
    Effect.gen(function*() {
      const sizes = yield* Effect.flatMap(ContainerSizes, (it) => it.list())
      assert.include(sizes.map(({ name }) => name), "3XL")
      const stacks = yield* Effect.flatMap(Stacks, (it) => it.list)
      assert.include(stacks.map(({ name }) => name), "scalingo-24")
      assert.strictEqual(stacks.find((stack) => stack.default)?.name, "scalingo-26")
    }).pipe(withScalingoUnlimited()))
})
