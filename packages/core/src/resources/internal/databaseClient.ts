/**
 * What the resources of the database API share.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { AnswerDecoder, ApiClient, DatabaseApiClient, DatabaseRef } from "../../client/ApiClient.js"
import * as Answer from "../../client/internal/response.js"

/** The API with the token of that database, in the form that `call` takes. */
export const databaseClient = (api: DatabaseApiClient, database: DatabaseRef): ApiClient => ({
  request: (request) => api.request(database, request)
})

const choose = <A>(
  decide: (json: unknown) => AnswerDecoder<A>
): AnswerDecoder<A> => ({
  decode: (answer) => Either.flatMap(Answer.anyJson.decode(answer), (json) => decide(json).decode(answer))
})

/**
 * What stands below the root key, or the whole body when there is no such key: of some answers the documentation and
 * the official clients show different ones.
 */
export const rootOrBare = <A, I>(name: string, schema: Schema.Schema<A, I>): AnswerDecoder<A> => {
  const rooted = Answer.root(name, schema)
  const bare = Answer.json(schema)
  return choose((json) => Predicate.hasProperty(json, name) ? rooted : bare)
}

/** What stands below the first of two root keys that the body has. */
export const eitherRoot = <A, I>(name: string, other: string, schema: Schema.Schema<A, I>): AnswerDecoder<A> => {
  const first = Answer.root(name, schema)
  const second = Answer.root(other, schema)
  return choose((json) => Predicate.hasProperty(json, other) && !Predicate.hasProperty(json, name) ? second : first)
}

/** Any JSON; `null` when the body is empty. For answers that nobody documents. */
export const jsonOrNothing: AnswerDecoder<unknown> = {
  decode: (answer) => answer.text.trim() === "" ? Either.right(null) : Answer.anyJson.decode(answer)
}
