import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { redacted, redactText, redactUrl } from "../../../packages/core/src/internal/redaction.js"

// A fixed seed, so that every run tests the same values.
fc.configureGlobal({ seed: 20_190 })

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
