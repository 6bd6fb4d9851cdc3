import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import {
  redactBody,
  redacted,
  redactFields,
  redactJson,
  redactText,
  redactUrl,
  safeRequestId,
  secretsOf,
  secretsOfHeaders,
  secretsOfUrl
} from "../../../packages/core/src/internal/redaction.js"

describe("redaction", () => {
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

  it("removes the secrets from the query of a URL, and nothing else", () => {
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

  it("removes known secrets from a text in every form", () => {
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

  it("removes both of two secrets when one is a part of the other", () => {
    assert.strictEqual(redactText("abcd, abcdefgh", ["abcd", "abcdefgh"]), `${redacted}, ${redacted}`)
    assert.strictEqual(redactText("no, nothing", ["no"]), "no, nothing", "a short word is not worth hiding")
  })
})

const html = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
const lowerPercent = (text: string) => encodeURIComponent(text).replace(/%../g, (escaped) => escaped.toLowerCase())
const inJson = (text: string) => JSON.stringify(text).slice(1, -1)

/** The ways in which a server may repeat a text. */
const echoes: { readonly [name: string]: (text: string) => string } = {
  plain: (text) => text,
  JSON: inJson,
  "JSON in JSON": (text) => inJson(inJson(text)),
  "JSON as Go writes it": (text) => inJson(text).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  "JSON in ASCII": (text) =>
    inJson(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`),
  HTML: html,
  "HTML with numbers": (text) => text.replace(/[&<>"'/]/g, (c) => `&#${c.charCodeAt(0)};`),
  "HTML with hexadecimal numbers": (text) => html(text).replaceAll("'", "&#x27;").replaceAll("/", "&#x2F;"),
  "HTML in JSON": (text) => inJson(html(text)),
  "JSON in HTML": (text) => html(inJson(text)),
  percent: encodeURIComponent,
  "lower-case percent": lowerPercent,
  "encodeURI": encodeURI,
  form: (text) => new URLSearchParams([["", text]]).toString().slice(1),
  "JSON in a form": (text) => new URLSearchParams([["", inJson(text)]]).toString().slice(1),
  "percent in JSON": (text) => inJson(encodeURIComponent(inJson(text)))
}

const binary: { readonly [name: string]: (text: string) => string } = {
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64 after 1": (text) => Buffer.from(`:${text}`).toString("base64"),
  "base64 after 2": (text) => Buffer.from(`a:${text}!`).toString("base64"),
  "base64 after 5": (text) => Buffer.from(`john:${text} and`).toString("base64url"),
  "base64 in a URL": (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
  hex: (text) => Buffer.from(text).toString("hex"),
  "upper-case hex": (text) => Buffer.from(text).toString("hex").toUpperCase()
}

/** What the base64 and hex texts in a text say. */
const decoded = (text: string): string =>
  (decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25")).match(/[A-Za-z0-9+/_-]{4,}/g) ?? [])
    .flatMap((run) => [
      ...[0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), "base64").toString()),
      Buffer.from(run, "hex").toString()
    ])
    .join(" ")

const characters = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.:;,+/=?&<>\"'`\\%#@!$*()[]{}~|^äßé€日本😀\n\t"
]
const anySecret = fc.string({ unit: fc.constantFrom(...characters), minLength: 4, maxLength: 60 })
  .filter((secret) => !redacted.includes(secret))

/** A beginning of this length counts as the secret. */
const leastOf = (secret: string) => Math.min(secret.length, Math.max(6, Math.min(12, Math.ceil(secret.length / 2))))

describe("echoes of a secret", () => {
  const around = fc.constantFrom<readonly [string, string]>(
    ["", ""],
    ["it is ", " is wrong"],
    ["{\"error\":\"", "\"}"],
    ["<p>", "</p>"],
    ["?a=", "&b=1"]
  )

  for (const [name, echo] of Object.entries(echoes)) {
    it(`are hidden in the form ${name}, whole and cut short`, () => {
      fc.assert(
        fc.property(anySecret, around, fc.nat(60), (secret, [before, after], more) => {
          // A cut inside of a pair of surrogates is no text.
          const cut = [...secret].slice(0, leastOf(secret) + more).join("")
          for (const part of [secret, cut]) {
            const shown = redactText(`${before}${echo(part)}${after}`, ["another secret", secret])
            assert.include(shown, redacted)
            assert.isFalse(shown.includes(part) && !before.includes(part) && !after.includes(part), `${shown}: ${part}`)
            assert.isFalse(shown.includes(echo(part)) && part.length > 4, `${shown}: ${echo(part)}`)
          }
        }),
        { numRuns: 300 }
      )
    })
  }

  for (const [name, echo] of Object.entries(binary)) {
    it(`are hidden in the form ${name}`, () => {
      fc.assert(
        fc.property(anySecret, around, (secret, [before, after]) => {
          const shown = redactText(`${before}${echo(secret)}${after}`, [secret])
          assert.include(shown, redacted)
          assert.notInclude(shown, secret)
          assert.notInclude(decoded(shown), secret)
        }),
        { numRuns: 300 }
      )
    })
  }

  it("are hidden when they overlap with a beginning of themselves", () => {
    const secret = "ababababababXYZ-rest"
    assert.strictEqual(redactText(`abab${secret}!`, [secret]), `${redacted}!`)
  })

  it("are not found in longer words that begin as half of them does", () => {
    assert.strictEqual(redactText("the products", ["production"]), "the products")
    assert.strictEqual(redactText("in produc… or production", ["production"]), `in ${redacted}… or ${redacted}`)
    assert.strictEqual(redactText("abcdefghijklZZZ", ["abcdefghijklmnopqrstuvwxyz"]), `${redacted}ZZZ`)
  })

  it("are not found in ordinary words", () => {
    const text = "The app my-app has no container of the type web: postgres://localhost/db"
    assert.strictEqual(redactText(text, ["web-secret-of-mine", "postgres://me:pass@host/db", "x"]), text)
  })
})

describe("fields", () => {
  it("of secret names hide all that is below them", () => {
    const shown = redactJson({
      token: { a: ["s1"], b: { c: "s2" } },
      password: ["s3", { d: "s4" }],
      otp: 345_678,
      value: { e: "s5" },
      variables: { FOO: "s6" },
      env: null,
      name: "shown",
      token_required: true
    })
    assert.notMatch(shown, /s\d|345678/)
    assert.include(shown, "\"name\":\"shown\",\"token_required\":true")
    assert.strictEqual(
      redactJson({ value: 12, url: "https://example.com/a" }),
      "{\"value\":12,\"url\":\"https://example.com/a\"}"
    )
    assert.strictEqual(
      redactJson({ variables: [{ name: "A", value: "s1" }] }),
      `{"variables":[{"name":"A","value":"${redacted}"}]}`
    )
  })

  it("of JSON that was cut short are hidden as well", () => {
    const whole = JSON.stringify({
      name: "shown",
      token: { a: ["s1]"], b: { "c\"": "s2}" } },
      list: [{ password: ["s3", { d: "s4" }] }, { otp: 345_678 }],
      variables: { FOO: "s6" },
      env: { A: "s7" },
      secret: "s8 \" s9"
    })
    for (let length = 0; length <= whole.length; length++) {
      assert.notMatch(redactFields(whole.slice(0, length)), /s\d|345678/)
    }
    assert.include(redactFields(whole), "\"name\":\"shown\"")
    assert.strictEqual(
      redactFields("5\" pipe \"token\": \"s1\", \"a\": \"b\""),
      `5" pipe "token": "${redacted}", "a": "b"`
    )
  })

  it("are hidden at any depth, and deep parts are not shown", () => {
    let value: unknown = { token: "s1" }
    for (let level = 0; level < 60; level++) value = level % 2 === 0 ? [value] : { a: value }
    assert.include(redactJson(value), redacted)
    for (let level = 0; level < 5000; level++) value = [value]
    assert.include(redactJson(value), "…")
    assert.notInclude(redactJson(value), "s1")
  })
})

describe("secrets", () => {
  it("of a request's body are found at any depth", () => {
    let deep: unknown = "s1"
    for (let level = 0; level < 100_000; level++) deep = [deep]
    assert.deepStrictEqual(secretsOf({ token: deep, a: [{ password: { b: ["s2"] } }], n: 1, name: "x" }).toSorted(), [
      "s1",
      "s2"
    ])
    assert.deepStrictEqual(secretsOf({ variables: { A: "s1" }, otp: 123_456, value: 7 }).toSorted(), ["123456", "s1"])
  })

  it("of a URL are its user info, its fragment, its long opaque parts and parameters of secret names", () => {
    assert.deepStrictEqual(secretsOfUrl("https://me:p%20w@host/a?n=1&token=t#frag").toSorted(), ["frag", "p w", "t"])
    assert.deepStrictEqual(secretsOfUrl("https://TOKEN@host/0aB1c2D3e4F5g6H7i8J9k0/me"), [
      "TOKEN",
      "0aB1c2D3e4F5g6H7i8J9k0"
    ])
    assert.deepStrictEqual(secretsOfUrl("https://host/apps/5343eccd646173000a140000/my-app"), [])
    assert.deepStrictEqual(secretsOfUrl("anything at all"), [])
  })

  it("of headers are all values that are no common words", () => {
    const headers = { accept: "application/json", "x-dry-run": "true", "x-key": "Bearer abcdefgh", "x-a": "short" }
    assert.deepStrictEqual(secretsOfHeaders(headers), ["Bearer abcdefgh", "abcdefgh"])
  })

  it("of URLs in a text are hidden without being known", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      ["see https://TOKEN@host/x", `see https://${redacted}@host/x`],
      ["https://me:p@ss?word@host", `https://${redacted}@host`],
      ["https://host/#access=1, more", `https://host/#${redacted} more`],
      ["https://host/x?mail=me@host", "https://host/x?mail=me@host"],
      ["https://host?mail=me@host#f", `https://host?mail=me@host#${redacted}`],
      ["https:\\/\\/TOKEN@host\\/x", `https:\\/\\/${redacted}@host\\/x`],
      ["<a href=\"https://s3/0aB1c2D3e4F5g6H7i8J9k0/f.gz\">", `<a href="https://s3/${redacted}/f.gz">`],
      ["https://host/apps/5343eccd646173000a140000", "https://host/apps/5343eccd646173000a140000"],
      [
        "https://host/backups/20240101000000-my-application-postgresql.tar.gz",
        "https://host/backups/20240101000000-my-application-postgresql.tar.gz"
      ],
      ["https://host/01234567-89ab-cdef-0123-456789abcdef", "https://host/01234567-89ab-cdef-0123-456789abcdef"],
      ["https://host/?a=1&amp;token=t1", `https://host/?a=1&amp;token=${redacted}`],
      ["the token=abc is wrong", `the token=${redacted} is wrong`],
      ["a JWT cut short: eyJhbGciOiJIUzI1NiJ9.eyJpYX", `a JWT cut short: ${redacted}`]
    ]
    for (const [text, shown] of cases) assert.strictEqual(redactText(text), shown)
  })

  it("are not taken for a request id", () => {
    assert.strictEqual(safeRequestId("a1b2-c3:d4._", []), "a1b2-c3:d4._")
    assert.isUndefined(safeRequestId(undefined, []))
    assert.isUndefined(safeRequestId("", []))
    assert.isUndefined(safeRequestId("a".repeat(129), []))
    assert.isUndefined(safeRequestId("a b", []))
    assert.isUndefined(safeRequestId("opaque-bearer", ["opaque-bearer"]))
    assert.isUndefined(safeRequestId("tk-us-abcdefgh", []))
  })
})

describe("redaction is total", () => {
  const size = 64 * 1024
  const fill = (part: string) => part.repeat(Math.ceil(size / part.length)).slice(0, size)

  it("on nesting of any depth", () => {
    for (const depth of [63, 64, 65, 2203, 30_000]) {
      const closed = "[".repeat(depth) + "]".repeat(depth)
      assert.isString(redactBody(closed, JSON.parse(closed), ["secret"]))
      assert.isString(redactBody("[".repeat(depth), undefined, ["secret"]))
      assert.isString(redactBody("{\"token\":".repeat(depth), undefined, ["secret"]))
    }
  })

  it("on texts that make searches slow", () => {
    const parts = [
      "a",
      "eyJ",
      "-eyJ",
      "eyJ.",
      "\"",
      "\"a\":",
      "\"token\":{",
      "\"token\":[\"",
      "\\",
      "\\\\u",
      "%",
      "%25",
      "%2525",
      "+",
      "&",
      "&amp;",
      "&#",
      "a://",
      "a://b@",
      "a://#",
      "https://a@a/",
      "?token",
      "?token=",
      "&token=a&",
      "Bearer ",
      "Bearer",
      "tk-us-",
      "[",
      "{",
      " ",
      "\n",
      "a.",
      "<redacted>",
      "\\u005c",
      "\\\"",
      "aaaaab"
    ]
    const known = ["a".repeat(5000), "ab".repeat(2500), "aaaaab".repeat(100), "%25".repeat(100)]
    for (const part of parts) {
      assert.isAtMost(redactBody(fill(part), undefined, known).length, 8193, part)
      assert.isAtMost(redactBody("", [fill(part)], known).length, 8193, part)
    }
  })
})
