/**
 * What the resources of the database API share.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { ApiClient, DatabaseApiClient, DatabaseRef } from "../../client/ApiClient.js"
import type { ResponseDecoder } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"

/** The API with the token of that database, in the form that `call` takes. */
export const databaseClient = (api: DatabaseApiClient, database: DatabaseRef): ApiClient => ({
  request: (request) => api.request(database, request)
})

const choose = <A>(
  decide: (json: unknown) => ResponseDecoder<A>
): ResponseDecoder<A> => ({
  decode: (response) => Either.flatMap(Decode.anyJson.decode(response), (json) => decide(json).decode(response))
})

/**
 * What stands below the root key, or the whole body when there is no such key: of some answers the documentation and
 * the official clients show different ones.
 */
export const rootOrBare = <A, I>(name: string, schema: Schema.Schema<A, I>): ResponseDecoder<A> => {
  const rooted = Decode.root(name, schema)
  const bare = Decode.json(schema)
  return choose((json) => Predicate.hasProperty(json, name) ? rooted : bare)
}

/** What stands below the first of two root keys that the body has. */
export const eitherRoot = <A, I>(name: string, other: string, schema: Schema.Schema<A, I>): ResponseDecoder<A> => {
  const first = Decode.root(name, schema)
  const second = Decode.root(other, schema)
  return choose((json) => Predicate.hasProperty(json, other) && !Predicate.hasProperty(json, name) ? second : first)
}

/** Any JSON; `null` when the body is empty. For answers that nobody documents. */
export const jsonOrNothing: ResponseDecoder<unknown> = {
  decode: (response) => response.text.trim() === "" ? Either.right(null) : Decode.anyJson.decode(response)
}
