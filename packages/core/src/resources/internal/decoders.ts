/**
 * Decoders for responses that come in more than one form: for some endpoints the documentation and the official
 * clients disagree.
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { DecodeIssue, ResponseDecoder } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { lazy } from "../../internal/lazySchema.js"
import type { Codec } from "../../schema/ScalingoSchema.js"

const choose = <A>(decide: (json: unknown) => ResponseDecoder<A>): ResponseDecoder<A> => ({
  decode: (response) => Either.flatMap(Decode.anyJson.decode(response), (json) => decide(json).decode(response))
})

/** The value below a root key, or the whole body when it has no such key. */
export const rootOrBare = <A, I>(name: string, schema: Codec<A, I>): ResponseDecoder<A> => {
  const rooted = Decode.root(name, schema)
  const bare = Decode.json(schema)
  return choose((json) => Predicate.hasProperty(json, name) ? rooted : bare)
}

/** The list below the first of two root keys that the body has. */
export const eitherList = <A, I>(
  name: string,
  other: string,
  item: Codec<A, I>
): ResponseDecoder<ReadonlyArray<A>> => {
  const first = Decode.list(name, item)
  const second = Decode.list(other, item)
  return choose((json) => Predicate.hasProperty(json, other) && !Predicate.hasProperty(json, name) ? second : first)
}

/** A body that is a list. `null` is an empty list. */
export const bareList = <A, I>(item: Codec<A, I>): ResponseDecoder<ReadonlyArray<A>> =>
  Decode.transform(
    Decode.json(lazy(() => Schema.NullOr(Schema.Array(item)))),
    (items): Either.Either<ReadonlyArray<A>, DecodeIssue> =>
      items === null
        ? Either.right([])
        : Array.isArray(items)
        ? Either.right(items)
        : Either.left({ path: "", reason: "Expected a list", value: items })
  )

/** The list below a root key, or a body that is a list. */
export const listOrBare = <A, I>(name: string, item: Codec<A, I>): ResponseDecoder<ReadonlyArray<A>> => {
  const rooted = Decode.list(name, item)
  const bare = bareList(item)
  return choose((json) => Array.isArray(json) ? bare : rooted)
}

/** Decodes with `first`, and with `second` when that fails. When both fail, the issue is that of `first`. */
export const firstOf = <A>(first: ResponseDecoder<A>, second: ResponseDecoder<A>): ResponseDecoder<A> => ({
  decode: (response) =>
    Either.orElse(first.decode(response), (issue) => Either.mapLeft(second.decode(response), () => issue))
})

/** Any JSON; `null` when the body is empty. For responses that nobody documents. */
export const jsonOrNothing: ResponseDecoder<unknown> = {
  decode: (response) => response.text.trim() === "" ? Either.right(null) : Decode.anyJson.decode(response)
}
