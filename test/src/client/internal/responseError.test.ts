import { withRetryPolicy } from "@effect-scalingo/core/RetryPolicy"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FastCheck as fc } from "effect"
import { carriesCredentials, parseRetryAfter } from "../../../../packages/core/src/client/internal/responseError.js"
import { type FakeResponse, json, pipeline, send } from "../../fakePlatform.js"
import { runs } from "../../runs.js"

const failure = (response: FakeResponse): Effect.Effect<ScalingoError, unknown> =>
  Effect.provide(
    withRetryPolicy(Effect.flip(send()), { maxRetries: 0 }),
    pipeline([], () => response, { bearer: "bearer" })
  )

const expectFailure = (response: FakeResponse, tag: ScalingoError["_tag"], fields: Record<string, unknown> = {}) =>
  Effect.gen(function*() {
    const error = yield* failure(response)
    assert.strictEqual(error._tag, tag)
    for (const [name, value] of Object.entries(fields)) {
      assert.deepStrictEqual((error as unknown as Record<string, unknown>)[name], value, name)
    }
    if ("status" in error) assert.strictEqual(error.status, response.status)
    assert.include(error.message, "Test.call (GET https://api.osc-fr1.scalingo.com/v1/apps/my-app)")
  })

const html = (status: number): FakeResponse => ({
  status,
  headers: { "content-type": "text/html" },
  text: "<html><body><h1>Bad Gateway</h1></body></html>"
})

describe("the error of a response with status", () => {
  const cases: ReadonlyArray<readonly [string, FakeResponse, ScalingoError["_tag"], Record<string, unknown>]> = [
    ["400", json({ error: "name is missing" }, 400), "BadRequest", { detail: "name is missing" }],
    ["400 with a code", json({ error: "no", code: "invalid" }, 400), "BadRequest", { code: "invalid" }],
    ["401", json({ error: "unauthorized" }, 401), "Unauthorized", { detail: "unauthorized" }],
    [
      "402",
      json({ name: "payment", error: "You need a payment method", url: "https://my.scalingo.com/billing" }, 402),
      "PaymentRequired",
      {
        name: "PaymentRequired",
        code: "payment",
        detail: "You need a payment method",
        paymentUrl: "https://my.scalingo.com/billing"
      }
    ],
    ["403", json({ error: "forbidden", code: "region_access" }, 403), "Forbidden", { code: "region_access" }],
    ["404", json({ resource: "app", error: "not found" }, 404), "NotFound", { resource: "app", detail: "not found" }],
    ["404 without a resource", json({ error: "not found" }, 404), "NotFound", { detail: "not found" }],
    ["409", json({ error: "has apps" }, 409), "Conflict", { detail: "has apps" }],
    [
      "422",
      json({ errors: { name: ["is too short", "is taken"] } }, 422),
      "Unprocessable",
      { errors: { name: ["is too short", "is taken"] }, detail: "name: is too short, is taken" }
    ],
    [
      "422 with nested lists",
      json({ errors: { web: [["too many"]] } }, 422),
      "Unprocessable",
      { errors: { web: ["too many"] } }
    ],
    [
      "422 with one text",
      json({ error: "no change in containers formation" }, 422),
      "Unprocessable",
      { errors: { base: ["no change in containers formation"] }, isNoChange: true }
    ],
    ["429 in plain text", { status: 429, text: "Retry later\n" }, "RateLimited", { detail: "Retry later" }],
    ["429 in JSON", json({ error: "slow down", code: "too_many" }, 429), "RateLimited", { detail: "slow down" }],
    ["500", json({ error: "boom" }, 500), "ServerError", { detail: "boom" }],
    ["503 without a body", { status: 503 }, "ServerError", { detail: "Service Unavailable" }],
    ["502 of a proxy", html(502), "ServerError", { detail: "Bad Gateway" }],
    ["404 of a proxy", html(404), "NotFound", { detail: "Not Found" }],
    ["404 in text", { status: 404, text: "nothing here" }, "NotFound", { detail: "nothing here" }],
    ["422 cut short", { status: 422, text: "{\"errors\":{\"name\":[\"is" }, "Unprocessable", { errors: {} }],
    ["400 with an array", json([{ error: "x" }], 400), "BadRequest", { detail: "Bad Request" }],
    ["400 with null", json(null, 400), "BadRequest", { detail: "Bad Request" }],
    ["400 with an object as its error", json({ error: { why: "x" } }, 400), "BadRequest", {
      detail: "{\"why\":\"x\"}"
    }],
    ["400 with the two characters of a line break", json({ error: "a\\nb" }, 400), "BadRequest", { detail: "a b" }],
    ["418", { status: 418, text: "I am a teapot" }, "UnexpectedStatus", { detail: "I am a teapot" }],
    ["302", { status: 302, headers: { location: "https://elsewhere" } }, "UnexpectedStatus", {}],
    ["599", { status: 599 }, "ServerError", { detail: "status 599" }]
  ]
  for (const [name, response, tag, fields] of cases) {
    it.effect(name, () => expectFailure(response, tag, fields))
  }
})

describe("a response of any depth", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
  for (const depth of [65, 2203, 20_000]) {
    it.effect(`becomes its error: ${depth} levels`, () =>
      Effect.gen(function*() {
        for (const status of runs([302, 401, 422, 500], [302, 400, 401, 403, 404, 409, 418, 422, 500])) {
          for (
            const text of [
              nested(depth),
              "[".repeat(depth),
              `{"error":${nested(depth)}}`,
              `{"errors":{"name":${nested(depth)}}}`,
              `{"error":${"{\"a\":".repeat(depth)}1${"}".repeat(depth)}}`,
              `{"token":${nested(depth)}`
            ]
          ) {
            const error = yield* failure({ status, text })
            assert.propertyVal(error, "status", status)
            assert.isString(error.message)
          }
        }
      }))
  }
})

it.effect("the body of a refused redirect does not show the pre-signed URL", () =>
  Effect.gen(function*() {
    const location = "https://TOKEN-1@s3.example/0aB1c2D3e4F5g6H7i8J9k0/f.gz?key=any-parameter&n=1#a-fragment"
    for (
      const text of [
        `<html><a href="${location.replaceAll("&", "&amp;")}">moved</a></html>`,
        `moved to ${location}`,
        JSON.stringify({ error: `moved to ${location}`, location }),
        "moved: any-parameter, a-fragment, TOKEN-1, 0aB1c2D3e4F5g6H7i8J9k0"
      ]
    ) {
      const error = yield* failure({ status: 302, headers: { location }, text })
      const printed = `${JSON.stringify(error)} ${error.message} ${String(error.stack)}`
      assert.notMatch(printed, /TOKEN-1|0aB1c2D3|any-param|a-frag/)
      assert.include(printed, "moved")
    }
  }))

describe("the body is withheld", () => {
  it("where a response carries credentials", () => {
    const withheld = [
      "POST /tokens",
      "POST /tokens/exchange",
      "PATCH /tokens/:token/renew",
      "POST /apps/:app/addons/:addon/token",
      "POST /apps/my-app/addons/ad-1/sso",
      "GET /apps/:app/variables",
      "PUT /apps/:app/variables",
      "PATCH /apps/:app/variables/:variable",
      "GET /client/tfa",
      "POST /client/tfa/validate",
      "GET /apps/:app/logs",
      "GET /apps/:app/logs_archives",
      "GET /databases/:database/logs",
      "GET /databases/:database/backups/:backup/archive",
      "GET /account/invoices/:invoice/download",
      "POST /databases/:database/users",
      "POST /databases/:database/users/:username/reset_password",
      "PATCH /databases/:database/users/:username",
      "POST /sources",
      "POST /scm_integrations",
      "POST tokens/exchange/"
    ]
    const shown = [
      "GET /tokens",
      "GET /apps",
      "GET /apps/:app",
      "GET /apps/:app/log_drains",
      "GET /apps/:app/audit_logs/:log",
      "GET /databases/:database/users",
      "GET /databases/:database/backups/:backup",
      "GET /scm_integrations",
      "PATCH /users/:user",
      "POST /apps/:app/run"
    ]
    const isWithheld = (request: string) => carriesCredentials(...(request.split(" ") as [string, string]))
    assert.deepStrictEqual(withheld.filter((request) => !isWithheld(request)), [])
    assert.deepStrictEqual(shown.filter(isWithheld), [])
  })
})

describe("Retry-After", () => {
  const now = Date.UTC(2024, 0, 1, 12)
  const millis = (headers: Record<string, string>) => {
    const wait = parseRetryAfter(headers, now)
    return wait === undefined ? undefined : Duration.toMillis(wait)
  }

  it("is read in seconds, with or without a fraction", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999), (seconds, thousandths) => {
        assert.strictEqual(millis({ "retry-after": String(seconds) }), seconds * 1000)
        const text = `${seconds}.${String(thousandths).padStart(3, "0")}`
        assert.approximately(millis({ "retry-after": ` ${text} ` }) ?? -1, seconds * 1000 + thousandths, 0.001)
      })
    )
  })

  it("is read in milliseconds, which take precedence", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (count, seconds) => {
        assert.strictEqual(millis({ "retry-after-ms": String(count), "retry-after": String(seconds) }), count)
      })
    )
  })

  it("is read as a date, relative to the server's clock", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: -1_000_000, max: 1_000_000 }), (seconds, skew) => {
        const server = now + skew * 1000
        const date = new Date(server).toUTCString()
        const until = new Date(server + seconds * 1000).toUTCString()
        assert.strictEqual(millis({ "retry-after": until, date }), seconds * 1000)
        assert.strictEqual(millis({ "retry-after": until }), Math.max(0, (skew + seconds) * 1000))
        assert.strictEqual(millis({ "retry-after": new Date(server - 1000).toUTCString(), date }), 0, "never backwards")
      })
    )
  })

  it("never is negative, whatever the headers contain", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (after, afterMillis, date) => {
        const wait = millis({ "retry-after": after, "retry-after-ms": afterMillis, date })
        assert.isTrue(wait === undefined || wait >= 0)
      })
    )
    for (const text of ["", "soon", "-5", "1e3", "NaN", "0x10", "1,5"]) {
      const wait = millis({ "retry-after": text })
      assert.isTrue(wait === undefined || wait === 0, `${text}: ${wait}`)
    }
    assert.isUndefined(millis({}))
  })
})
