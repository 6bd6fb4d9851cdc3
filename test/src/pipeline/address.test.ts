/**
 * What callers pass stays where it belongs, whatever it is; what servers say of waiting is understood; and addresses
 * are shown without their secrets.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Either, FastCheck as fc } from "effect"
import { operationIds } from "../../../packages/core/src/client/internal/operationLocation.js"
import { parseRetryAfter } from "../../../packages/core/src/client/internal/responseError.js"
import { fillPath, isSafeUrl, queryText } from "../../../packages/core/src/client/internal/url.js"
import { redacted, redactText, redactUrl } from "../../../packages/core/src/internal/redaction.js"

// Always the same values, so that a run says the same on every machine.
fc.configureGlobal({ seed: 20_190 })

/** Any text at all, and a good many of those that paths are broken with. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(".", "/", "%", "2", "e", "E", "f", "F", "\\", "?", "#", ":", ";", "@", " ", "\0", "\n")
  }),
  fc.constantFrom(
    "..",
    ".",
    "",
    " ",
    "%2e%2e",
    "%2E%2e",
    "..%2f",
    "../..",
    "/",
    "//evil.example",
    "\\..\\",
    "a/../b",
    "\ud800"
  )
)

const root = "https://api.osc-fr1.scalingo.com/v1"

describe("paths", () => {
  it("keep every id in its own segment", () => {
    fc.assert(
      fc.property(hostile, hostile, (app, addonId) => {
        const path = fillPath("/apps/:app/addons/:addonId/token", { app, addonId })
        if (Either.isLeft(path)) {
          assert.include(["app", "addonId"], path.left.field)
          return
        }
        const segments = path.right.split("/")
        assert.deepStrictEqual(segments.map((segment) => decodeURIComponent(segment)), [
          "",
          "apps",
          app,
          "addons",
          addonId,
          "token"
        ])
        const url = new URL(root + path.right)
        assert.strictEqual(url.pathname, `/v1${path.right}`, "no client makes another path of it")
        assert.strictEqual(url.search + url.hash, "")
      }),
      { numRuns: 1000 }
    )
  })

  it("take every id that is not blank, a dot or two, or broken text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        const isBlank = id.trim() === "" || id === "." || id === ".."
        assert.strictEqual(Either.isRight(fillPath("/apps/:app", { app: id })), !isBlank, id)
      })
    )
  })

  it("name the id that is wrong", () => {
    for (const app of ["", " ", ".", "..", "\ud800"]) {
      const path = fillPath("/apps/:app/addons", { app })
      assert.strictEqual(Either.isLeft(path) ? path.left.field : undefined, "app", JSON.stringify(app))
    }
    assert.isTrue(Either.isLeft(fillPath("/apps/:app", {})))
    assert.isTrue(Either.isLeft(fillPath("/apps/:app", { app: 7 as never })))
  })

  it("that callers write themselves cannot leave the API", () => {
    const pieces = fc.constantFrom(
      "..",
      ".",
      "%2e",
      "%2E%2e",
      ".%2e",
      "/",
      "\\",
      "a",
      ":id",
      "?",
      "#",
      " ",
      "\t",
      "@",
      "//"
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const path = fillPath(parts.join(""), { id: "x" })
        if (Either.isLeft(path)) return
        const url = new URL(root + path.right)
        assert.strictEqual(url.origin, "https://api.osc-fr1.scalingo.com")
        assert.strictEqual(url.pathname, `/v1${path.right}`)
        assert.strictEqual(url.search + url.hash, "")
      }),
      { numRuns: 1000 }
    )
  })
})

describe("queries", () => {
  const wellFormed = fc.string({ unit: "grapheme" })

  it("arrive as they were given", () => {
    const values = fc.oneof(wellFormed, fc.integer(), fc.boolean(), fc.array(wellFormed), fc.constant(undefined))
    fc.assert(
      fc.property(fc.dictionary(wellFormed.filter((name) => name !== "__proto__"), values), (query) => {
        const text = queryText(query)
        if (Either.isLeft(text)) return assert.fail(text.left.field)
        const expected = Object.entries(query).flatMap(([name, value]) =>
          value === undefined
            ? []
            : Array.isArray(value)
            ? value.map((item) => [`${name}[]`, item])
            : [[name, String(value)]]
        )
        assert.deepStrictEqual([...new URLSearchParams(text.right.slice(1))], expected)
        assert.match(text.right, /^(\?[^?#\s]*)?$/)
      })
    )
  })

  it("refuse text that no address can hold", () => {
    for (const query of [{ name: "\ud800" }, { names: ["a", "\udfff"] }, { "\ud800": "a" }]) {
      assert.isTrue(Either.isLeft(queryText(query)))
    }
  })
})

describe("addresses", () => {
  it("are safe when nothing can be read on the way", () => {
    for (const url of ["https://a.example", "http://localhost:1", "http://127.0.0.1:80/x", "http://[::1]/"]) {
      assert.isTrue(isSafeUrl(url), url)
    }
    for (
      const url of [
        "http://a.example",
        "ftp://localhost",
        "file:///etc/passwd",
        "data:,a",
        "http://127.0.0.1.evil.example",
        "",
        "a"
      ]
    ) {
      assert.isFalse(isSafeUrl(url), url)
    }
  })

  it("of operations are reduced to their ids, whatever their host", () => {
    const ids = fc.string({ unit: "grapheme", minLength: 1 }).filter((id) => id !== "." && id !== "..")
    fc.assert(
      fc.property(fc.webUrl(), ids, ids, (host, app, id) => {
        const address = `${host.replace(/\/+$/, "")}/apps/${encodeURIComponent(app)}/operations/${
          encodeURIComponent(id)
        }`
        assert.deepStrictEqual(operationIds(address), Either.right({ app, operationId: id }))
      })
    )
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

  it("is read in milliseconds, which go first", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (count, seconds) => {
        assert.strictEqual(millis({ "retry-after-ms": String(count), "retry-after": String(seconds) }), count)
      })
    )
  })

  it("is read as a date, by the clock of the server", () => {
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

  it("is nothing, or a wait that is not negative, whatever it says", () => {
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

describe("what is shown", () => {
  const secretNames = fc.constantFrom(
    "token",
    "access_token",
    "X-Amz-Signature",
    "sig",
    "code",
    "password",
    "api_key",
    "otp"
  )
  const plainNames = fc.constantFrom("page", "per_page", "n", "stream", "since", "timestamp")
  const values = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/)

  it("of an address has all but the secrets of its query", () => {
    fc.assert(
      fc.property(
        fc.webUrl(),
        fc.array(fc.record({ isSecret: fc.boolean(), secretName: secretNames, plainName: plainNames, value: values })),
        (url, parameters) => {
          const pairs = parameters.map(({ isSecret, plainName, secretName, value }) =>
            `${isSecret ? secretName : plainName}=${value}`
          )
          const shown = redactUrl(`${url}?${pairs.join("&")}`)
          const expected = parameters.map(({ isSecret, plainName, secretName, value }) =>
            isSecret ? `${secretName}=${redacted}` : `${plainName}=${value}`
          )
          assert.strictEqual(shown, `${url}?${expected.join("&")}`)
          assert.strictEqual(redactUrl(url), url)
        }
      )
    )
  })

  it("of a text has none of the known secrets, in whatever form", () => {
    const secrets = fc.string({ unit: "grapheme", minLength: 4 }).filter((secret) => !redacted.includes(secret))
    const inJson = (text: string) => JSON.stringify(text)
    const forms = fc.constantFrom<(text: string) => string>(
      (text) => text,
      inJson,
      (text) => inJson(inJson(text)),
      encodeURIComponent,
      (text) => encodeURIComponent(inJson(text)),
      (text) => Buffer.from(text).toString("base64")
    )
    fc.assert(
      fc.property(secrets, forms, fc.constantFrom("", "it is ", "\"", "{\"a\": "), (secret, form, before) => {
        const shown = redactText(`${before}${form(secret)} is wrong`, [secret])
        assert.include(shown, redacted)
        assert.notInclude(shown, secret)
        assert.include(shown, " is wrong")
      }),
      { numRuns: 500 }
    )
  })

  it("of a text has neither of two secrets, when one is a part of the other", () => {
    assert.strictEqual(redactText("abcd, abcdefgh", ["abcd", "abcdefgh"]), `${redacted}, ${redacted}`)
    assert.strictEqual(redactText("no, nothing", ["no"]), "no, nothing", "a short word is not worth hiding")
  })
})
