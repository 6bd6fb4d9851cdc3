import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either, Option } from "effect"

const refused = (options: ScalingoConfig.Options): string =>
  Either.match(ScalingoConfig.make(options), { onLeft: String, onRight: () => "accepted" })

const fromEnvironment = (
  variables: Record<string, string>,
  explicit: ScalingoConfig.Options = {},
  fallback: ScalingoConfig.Options = {}
) =>
  ScalingoConfig.fromEnvironment(explicit, fallback).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

describe("ScalingoConfig.make", () => {
  it("has a default for every option", () => {
    const config = Either.getOrThrow(ScalingoConfig.make())
    assert.strictEqual(config.region, "osc-fr1")
    assert.strictEqual(config.authUrl, "https://auth.scalingo.com/v1")
    assert.strictEqual(config.billingUrl, "https://cashmachine.scalingo.com")
    assert.deepStrictEqual(config.rateLimit, { limit: 60, window: Duration.seconds(60) })
    assert.strictEqual(Duration.toSeconds(config.timeout), 30)
    assert.strictEqual(config.lenient, false)
  })

  const wrong: ReadonlyArray<readonly [string, ScalingoConfig.Options]> = [
    ["region", { region: "Mars!" }],
    ["apiUrl", { apiUrl: "nonsense" }],
    ["apiUrl", { apiUrl: "http://api.example.com" }],
    ["authUrl", { authUrl: "https://user:password@auth.scalingo.com" }],
    ["databaseUrl", { databaseUrl: "https://db.example.com/?x=1" }],
    ["billingUrl", { billingUrl: "ftp://example.com" }],
    ["userAgent", { userAgent: "a\nb" }],
    ["headers.x y", { headers: { "x y": "1" } }],
    ["headers.Authorization", { headers: { Authorization: "Bearer x" } }],
    ["timeout", { timeout: 0 }],
    ["rateLimit", { rateLimit: 0 }],
    ["rateLimit", { rateLimit: 1.5 }],
    ["rateLimitWindow", { rateLimitWindow: Duration.infinity }],
    ["retryPolicy.maxRetries", { retryPolicy: { maxRetries: -1 } }],
    ["retryPolicy.baseDelay", { retryPolicy: { baseDelay: "soon" as "1 second" } }],
    ["tokenMinimumLeft", { tokenMinimumLeft: "20 minutes" }]
  ]
  for (const [key, options] of wrong) {
    it(`names the option when ${key} is wrong: ${JSON.stringify(options)}`, () => {
      assert.include(refused(options), `at ${key}: `)
    })
  }

  it("accepts URLs with or without the API version", () => {
    for (const apiUrl of ["https://api.example.com", "https://api.example.com/", "https://api.example.com/v1/"]) {
      const config = Either.getOrThrow(ScalingoConfig.make({ apiUrl, databaseUrl: "http://127.0.0.1:4000/db" }))
      assert.deepStrictEqual(config.apiUrl, Option.some("https://api.example.com/v1"))
      assert.deepStrictEqual(config.databaseUrl, Option.some("http://127.0.0.1:4000/db/api"))
    }
  })
})

describe("ScalingoConfig.fromEnvironment", () => {
  it.effect("reads the environment variables of the official command line", () =>
    Effect.gen(function*() {
      const config = yield* fromEnvironment({
        SCALINGO_REGION: "osc-secnum-fr1",
        SCALINGO_API_URL: "https://api.example.com",
        SCALINGO_AUTH_URL: "https://auth.example.com",
        SCALINGO_DB_URL: "https://db.example.com",
        SCALINGO_TIMEOUT: "10 seconds",
        SCALINGO_MAX_RETRIES: "1",
        SCALINGO_LENIENT: "true"
      })
      assert.strictEqual(config.region, "osc-secnum-fr1")
      assert.strictEqual(config.authUrl, "https://auth.example.com/v1")
      assert.strictEqual(Duration.toSeconds(config.timeout), 10)
      assert.strictEqual(config.retryPolicy.maxRetries, 1)
      assert.isTrue(config.lenient)
    }))

  it.effect("prefers explicit options to the environment, and the environment to files", () =>
    Effect.gen(function*() {
      const timeouts = { SCALINGO_TIMEOUT: "10 seconds" }
      assert.strictEqual(Duration.toSeconds((yield* fromEnvironment(timeouts, { timeout: "5 seconds" })).timeout), 5)
      assert.strictEqual((yield* fromEnvironment({}, {}, { region: "osc-secnum-fr1" })).region, "osc-secnum-fr1")
      const environment = { SCALINGO_REGION: "osc-fr1" }
      assert.strictEqual((yield* fromEnvironment(environment, {}, { region: "osc-secnum-fr1" })).region, "osc-fr1")
      assert.strictEqual((yield* fromEnvironment({ SCALINGO_REGION: "" })).region, "osc-fr1")
    }))

  it.effect("names the variable that is wrong", () =>
    Effect.gen(function*() {
      for (
        const [name, value] of [
          ["SCALINGO_REGION", "Mars!"],
          ["SCALINGO_API_URL", "http://api.example.com"],
          ["SCALINGO_RATE_LIMIT", "many"],
          ["SCALINGO_MAX_RETRIES", "-1"],
          ["SCALINGO_TIMEOUT", "later"]
        ] as const
      ) {
        assert.include(String(yield* Effect.flip(fromEnvironment({ [name]: value }))), name)
      }
    }))

  it.effect("refuses an API URL from the environment for a region that is given in the code", () =>
    Effect.gen(function*() {
      const variables = { SCALINGO_API_URL: "https://api.osc-fr1.scalingo.com" }
      const error = yield* Effect.flip(fromEnvironment(variables, { region: "osc-secnum-fr1" }))
      assert.include(String(error), "SCALINGO_API_URL")
      assert.strictEqual((yield* fromEnvironment(variables, { region: "osc-fr1" })).region, "osc-fr1")
    }))
})
