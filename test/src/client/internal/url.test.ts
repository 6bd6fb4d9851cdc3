import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import { fillPath, isSafeUrl, isTrustedHost, queryText } from "../../../../packages/core/src/client/internal/url.js"

/** Any text, and many texts that could break out of a path segment. */
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
        assert.strictEqual(url.pathname, `/v1${path.right}`, "the URL parser does not change the path")
        assert.strictEqual(url.search + url.hash, "")
      }),
      { numRuns: 1000 }
    )
  })

  it("accept every id that is not blank, `.`, `..` or malformed text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        const isBlank = id.trim() === "" || id === "." || id === ".."
        assert.strictEqual(Either.isRight(fillPath("/apps/:app", { app: id })), !isBlank, id)
      })
    )
  })

  it("name the parameter that is wrong", () => {
    for (const app of ["", " ", ".", "..", "\ud800"]) {
      const path = fillPath("/apps/:app/addons", { app })
      assert.strictEqual(Either.isLeft(path) ? path.left.field : undefined, "app", JSON.stringify(app))
    }
    assert.isTrue(Either.isLeft(fillPath("/apps/:app", {})))
    assert.isTrue(Either.isLeft(fillPath("/apps/:app", { app: 7 as never })))
  })

  it("of callers cannot leave the API", () => {
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

  it("arrive as they are given", () => {
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

  it("refuse text that a URL cannot contain", () => {
    for (const query of [{ name: "\ud800" }, { names: ["a", "\udfff"] }, { "\ud800": "a" }]) {
      assert.isTrue(Either.isLeft(queryText(query)))
    }
  })
})

describe("URLs", () => {
  it("are safe with HTTPS or on the local host", () => {
    for (const url of ["https://a.example", "http://localhost:1", "http://127.0.0.1:80/x", "http://[::1]/"]) {
      assert.isTrue(isSafeUrl(url, []), url)
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
      assert.isFalse(isSafeUrl(url, []), url)
    }
  })
})

describe("the hosts that get the bearer", () => {
  it("are those in the domain of the auth API, and those that are named", () => {
    const auth = "https://auth.scalingo.com/v1"
    for (const host of ["api.osc-fr1.scalingo.com", "scalingo.com"]) assert.isTrue(isTrustedHost(host, auth, []), host)
    for (const host of ["scalingo.com.evil.example", "evilscalingo.com", "127.0.0.1", "10.0.0.1"]) {
      assert.isFalse(isTrustedHost(host, auth, []), host)
    }
    assert.isTrue(isTrustedHost("sandbox", "http://localhost:3000/v1", ["sandbox"]))
    assert.isFalse(isTrustedHost("sandbox", "http://localhost:3000/v1", []))
    assert.isFalse(isTrustedHost("9.2.3.4", "https://1.2.3.4/v1", []), "an address has no parent domain")
    assert.isTrue(isTrustedHost("1.2.3.4", "https://1.2.3.4/v1", []))
  })
})
