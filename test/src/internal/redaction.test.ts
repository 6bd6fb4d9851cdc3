import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { redacted, redactText, redactUrl } from "../../../packages/core/src/internal/redaction.js"

// Always the same values, so that a run says the same on every machine.
fc.configureGlobal({ seed: 20_190 })

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
