import * as ScalingoConfig from "@effect-scalingo/core/ScalingoConfig"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either, Option } from "effect"
import { checkedVariables } from "../environmentVariables.js"

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
    ["tokenMinimumLeft", { tokenMinimumLeft: "20 minutes" }],
    ["maxResponseSize", { maxResponseSize: 0 }],
    ["maxResponseSize", { maxResponseSize: 536_870_889 }],
    ["insecureHosts", { insecureHosts: ["http://sandbox"] }],
    ["trustedHosts", { trustedHosts: ["https://sandbox"] }],
    ["apiUrl", { apiUrl: "https://api.osc-secnum-fr1.scalingo.com", region: "osc-fr1" }],
    ["databaseUrl", { databaseUrl: "https://db-api.osc-secnum-fr1.scalingo.com", region: "osc-fr1" }],
    [
      "databaseUrl",
      { apiUrl: "https://api.osc-fr1.scalingo.com", databaseUrl: "https://db-api.osc-secnum-fr1.scalingo.com" }
    ]
  ]
  for (const [key, options] of wrong) {
    it(`names the option and a good value when ${key} is wrong: ${JSON.stringify(options)}`, () => {
      assert.include(refused(options), `at ${key}: `)
      assert.include(refused(options), "such as ")
    })
  }

  it("has the default of every value of the retry policy that is undefined", () => {
    const undefinedValues = { maxRetries: undefined, baseDelay: undefined, maxRetryAfter: undefined } as never
    assert.deepStrictEqual(
      Either.map(ScalingoConfig.make({ retryPolicy: undefinedValues }), ({ retryPolicy }) => retryPolicy),
      Either.map(ScalingoConfig.make(), ({ retryPolicy }) => retryPolicy)
    )
  })

  it("accepts URLs with or without the API version", () => {
    for (const apiUrl of ["https://api.example.com", "https://api.example.com/", "https://api.example.com/v1/"]) {
      const config = Either.getOrThrow(ScalingoConfig.make({ apiUrl, databaseUrl: "http://127.0.0.1:4000/db" }))
      assert.deepStrictEqual(config.apiUrl, Option.some("https://api.example.com/v1"))
      assert.deepStrictEqual(config.databaseUrl, Option.some("http://127.0.0.1:4000/db/api"))
    }
  })
})

const urlOptions = ["apiUrl", "authUrl", "databaseUrl", "billingUrl"] as const

describe("URLs that get the bearer", () => {
  const expected = {
    apiUrl: { suffix: "/v1" },
    authUrl: { suffix: "/v1" },
    databaseUrl: { suffix: "/api" },
    billingUrl: { suffix: "" }
  }
  const urlOf = (key: typeof urlOptions[number], config: ScalingoConfig.ScalingoConfigService) => {
    const url = config[key]
    return typeof url === "string" ? url : Option.getOrThrow(url)
  }

  for (const key of urlOptions) {
    it(`${key} is https`, () => {
      for (
        const url of [
          "http://example.com",
          "http://10.0.0.1",
          "http://192.168.1.1:8080",
          "http://sandbox:4000",
          "http://localhost.example.com",
          "http://127.0.0.1.example.com",
          "HTTP://example.com",
          "ws://localhost",
          "file:///etc/passwd",
          "//example.com",
          ""
        ]
      ) {
        const message = refused({ [key]: url })
        assert.include(message, `at ${key}: `, url)
        assert.include(message, "https", url)
      }
    })

    it(`${key} may be http on this machine and on the insecureHosts`, () => {
      for (const url of ["http://localhost:1", "http://127.0.0.1:2", "http://127.1.2.3:2", "http://[::1]:3"]) {
        const config = Either.getOrThrow(ScalingoConfig.make({ [key]: url }))
        assert.strictEqual(urlOf(key, config), url + expected[key].suffix)
      }
      const insecureHosts = ["sandbox"]
      const config = Either.getOrThrow(ScalingoConfig.make({ [key]: "http://sandbox:4000", insecureHosts }))
      assert.strictEqual(urlOf(key, config), `http://sandbox:4000${expected[key].suffix}`)
      assert.include(refused({ [key]: "http://sandbox.example.com", insecureHosts }), `at ${key}: `)
      assert.include(refused({ [key]: "http://other", insecureHosts }), `at ${key}: `)
    })
  }
})

describe("the region of a URL", () => {
  const secnumApi = "https://api.osc-secnum-fr1.scalingo.com"
  const secnumDatabase = "https://db-api.osc-secnum-fr1.scalingo.com"

  it("is the region when none is given", () => {
    for (const options of [{ apiUrl: secnumApi }, { databaseUrl: secnumDatabase }, { apiUrl: `${secnumApi}/v1` }]) {
      const config = Either.getOrThrow(ScalingoConfig.make(options))
      assert.strictEqual(config.region, "osc-secnum-fr1")
      assert.isTrue(config.isRegionKnown)
    }
  })

  it("agrees with the region that is given", () => {
    const region = "osc-secnum-fr1"
    const config = Either.getOrThrow(ScalingoConfig.make({ region, apiUrl: secnumApi, databaseUrl: secnumDatabase }))
    assert.strictEqual(config.region, region)
    assert.include(refused({ region: "osc-fr1", apiUrl: secnumApi }), "at apiUrl: ")
  })

  it("is not known for any other host", () => {
    for (
      const apiUrl of ["https://api.example.com", "http://localhost:4000", "https://api.a.scalingo.com.example.com"]
    ) {
      assert.isFalse(Either.getOrThrow(ScalingoConfig.make({ apiUrl })).isRegionKnown, apiUrl)
      assert.isTrue(Either.getOrThrow(ScalingoConfig.make({ apiUrl, region: "osc-fr1" })).isRegionKnown, apiUrl)
    }
    assert.isTrue(Either.getOrThrow(ScalingoConfig.make()).isRegionKnown)
  })
})

describe("a rate limit that the renewals of the bearer use up", () => {
  it("is a ConfigError: two requests in the life of a bearer are the least", () => {
    const rateLimit = 1
    assert.include(refused({ rateLimit, rateLimitWindow: "1 hour" }), "at rateLimit: ")
    assert.include(refused({ rateLimit, rateLimitWindow: "28 minutes" }), "at rateLimit: ")
    assert.strictEqual(refused({ rateLimit, rateLimitWindow: "27 minutes" }), "accepted")
    assert.strictEqual(refused({ rateLimit: 3, rateLimitWindow: "1 hour" }), "accepted")
    assert.include(refused({ rateLimit: 3, rateLimitWindow: "1 hour", tokenLife: "30 minutes" }), "at rateLimit: ")
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

  it.effect("reads durations as people write them", () =>
    Effect.gen(function*() {
      const written: ReadonlyArray<readonly [string, number]> = [
        ["30", 30_000],
        [" 30 ", 30_000],
        ["1.5", 1500],
        ["30s", 30_000],
        ["30 s", 30_000],
        ["30 seconds", 30_000],
        ["30 sec", 30_000],
        ["500ms", 500],
        ["500 millis", 500],
        ["1m30s", 90_000],
        ["2 min", 120_000],
        ["1 hour", 3_600_000],
        ["PT30S", 30_000],
        ["PT1M30.5S", 90_500],
        ["P1DT2H", 93_600_000],
        ["1 week", 604_800_000]
      ]
      for (const [text, millis] of written) {
        assert.strictEqual(
          Duration.toMillis((yield* fromEnvironment({ SCALINGO_TIMEOUT: text })).timeout),
          millis,
          text
        )
      }
      for (const text of ["later", "-5", "30 parsecs", "P", "PT", "1e3", "0", "Infinity", "30s later"]) {
        const error = String(yield* Effect.flip(fromEnvironment({ SCALINGO_TIMEOUT: text })))
        assert.include(error, "SCALINGO_TIMEOUT", text)
        assert.match(error, /such as (?:30s|"30 seconds")/, text)
      }
    }))

  it.effect("shows a good value for every variable, and never the bad one", () =>
    Effect.gen(function*() {
      const bad = "s3cret?value!"
      for (const name of checkedVariables) {
        const error = String(yield* Effect.flip(fromEnvironment({ [name]: bad })))
        assert.include(error, name)
        assert.match(error, /such as|true or false/)
        assert.notInclude(error, "s3cret")
      }
      const tooLarge = String(yield* Effect.flip(fromEnvironment({ SCALINGO_MAX_RESPONSE_SIZE: "536870889" })))
      assert.include(tooLarge, "536870888")
      assert.strictEqual(
        (yield* fromEnvironment({ SCALINGO_MAX_RESPONSE_SIZE: "536870888" })).maxResponseSize,
        536_870_888
      )
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

  it.effect("accepts a URL from the environment that names the chosen region", () =>
    Effect.gen(function*() {
      const region = "osc-secnum-fr1"
      const variables = { SCALINGO_API_URL: `https://api.${region}.scalingo.com` }
      assert.strictEqual((yield* fromEnvironment(variables, { region })).region, region)
      const config = yield* fromEnvironment(variables, {}, { region: "osc-fr1" })
      assert.strictEqual(config.region, region, "the region of the files does not override the one of the URL")
      assert.include(
        String(yield* Effect.flip(fromEnvironment({ ...variables, SCALINGO_REGION: "osc-fr1" }))),
        "SCALINGO_API_URL"
      )
    }))

  it.effect("reads SCALINGO_INSECURE_HOSTS", () =>
    Effect.gen(function*() {
      const urls = {
        SCALINGO_API_URL: "http://sandbox:4000/api",
        SCALINGO_AUTH_URL: "http://auth.sandbox:4000",
        SCALINGO_DB_URL: "http://sandbox:4000/db",
        SCALINGO_BILLING_URL: "http://sandbox:4000/billing"
      }
      const config = yield* fromEnvironment({ ...urls, SCALINGO_INSECURE_HOSTS: " sandbox, auth.sandbox,, " })
      assert.deepStrictEqual(config.insecureHosts, ["sandbox", "auth.sandbox"])
      for (const [name, url] of Object.entries(urls)) {
        const error = String(yield* Effect.flip(fromEnvironment({ [name]: url, SCALINGO_INSECURE_HOSTS: "other" })))
        assert.include(error, name)
      }
      const malformed = fromEnvironment({ SCALINGO_INSECURE_HOSTS: "http://sandbox" })
      assert.include(String(yield* Effect.flip(malformed)), "SCALINGO_INSECURE_HOSTS")
    }))

  it.effect("names SCALINGO_RATE_LIMIT when the renewals of the bearer use it up", () =>
    Effect.gen(function*() {
      const variables = { SCALINGO_RATE_LIMIT: "1", SCALINGO_RATE_LIMIT_WINDOW: "1 hour" }
      assert.include(String(yield* Effect.flip(fromEnvironment(variables))), "SCALINGO_RATE_LIMIT")
    }))
})
