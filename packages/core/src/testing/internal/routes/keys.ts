/**
 * SSH keys.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { inputWithOptionalRoot, NonBlank } from "../inputSchemas.js"
import { empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { auth, type Call, type Route } from "../route.js"
import { addKey, type Key, keysOf, removeKey, renderKey } from "../sshKeys.js"

const Input = Schema.Struct({
  name: NonBlank,
  content: NonBlank.pipe(
    Schema.pattern(/^(ssh-[a-z0-9]+|ecdsa-sha2-[a-z0-9]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]+={0,2}( .*)?\s*$/, {
      message: () => "is not a public key"
    })
  )
})

const findKey = (call: Call): Effect.Effect<Key, Refusal> => {
  const key = keysOf(call.state, call.account).find((it) => it.id === call.param("keyId"))
  return key === undefined ? notFound("key") : Effect.succeed(key)
}

export const keys: ReadonlyArray<Route> = [
  auth.get(
    "/keys",
    (call) => json({ keys: keysOf(call.state, call.account).map((key) => renderKey(call.state, key)) })
  ),

  auth.post("/keys", (call) =>
    Effect.gen(function*() {
      const input = yield* inputWithOptionalRoot(call, "key", Input)
      const known = keysOf(call.state, call.account)
      const errors = {
        ...(known.some((key) => key.name === input.name) ? { name: ["has already been taken"] } : {}),
        ...(known.some((key) => key.content === input.content) ? { content: ["has already been taken"] } : {})
      }
      if (Object.keys(errors).length > 0) return yield* invalid(errors)
      return json({ key: renderKey(call.state, addKey(call.state, call.account, input.name, input.content)) }, 201)
    })),

  auth.get("/keys/:keyId", (call) => Effect.map(findKey(call), (key) => json({ key: renderKey(call.state, key) }))),

  auth.delete("/keys/:keyId", (call) =>
    Effect.map(findKey(call), (key) => {
      removeKey(call.state, call.account, key)
      return empty()
    }))
]
