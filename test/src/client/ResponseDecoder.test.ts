import { App } from "@effect-scalingo/core/App"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either, Schema } from "effect"
import { entities } from "../contracts/requiredFields.js"

const example = entities["App"]?.examples[0] as { readonly owner: object }

const response = (value: unknown): Decode.RawResponse => ({
  status: 200,
  headers: { "content-type": "application/json" },
  text: JSON.stringify(value),
  region: "osc-fr1"
})

describe("a decoder of a response", () => {
  it("leaves alone the JSON that was read before", () => {
    const received = response({ apps: [example] })
    const json = Either.getOrThrow(Decode.anyJson.decode(received))
    const [first] = Either.getOrThrow(Decode.list("apps", App).decode(received))
    assert.isTrue(DateTime.isDateTime(first?.created_at))
    assert.deepStrictEqual(json, JSON.parse(received.text))
  })

  it("shows a part that does not fit as it was received", () => {
    const received = response({ apps: [example, { ...example, name: null }] })
    const decoded = Decode.list("apps", App).decode(received)
    if (Either.isRight(decoded)) return assert.fail("an app without a name")
    assert.strictEqual(decoded.left.path, "apps.1.name")
    assert.deepStrictEqual(decoded.left.value, JSON.parse(received.text).apps)
  })

  it("gives a lenient caller the parts that fit decoded, and the others as they were received", () => {
    const odd = { ...example, name: null, owner: { ...example.owner, id: 5 }, updated_at: "soon" }
    const decoded = Decode.list("apps", App).decode(response({ apps: [example, odd, 7] }))
    if (Either.isRight(decoded)) return assert.fail("an app without a name")
    const app = Schema.decodeUnknownSync(App)(example)
    assert.deepStrictEqual(decoded.left.unchecked?.value, [
      app,
      { ...app, name: null, owner: { ...app.owner, id: 5 }, updated_at: "soon" },
      7
    ])
  })
})
