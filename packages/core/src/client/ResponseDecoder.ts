/**
 * Decoders of responses: from a status, headers and text to a value. Use them with `RegionalApi.request` and the other
 * APIs.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { decodeInPlace, decodeUnknownEither } from "../internal/compiledDecoder.js"
import { parseJson as parseJsonText } from "../internal/json.js"
import { lazy } from "../internal/lazySchema.js"
import { decodeWhatFits } from "../internal/lenientDecoder.js"
import { firstIssue } from "../internal/parseResult.js"
import type { Codec } from "../schema/ScalingoSchema.js"
import { orEmpty } from "./internal/nullList.js"
import { type Page, Pagination } from "./Pagination.js"

/**
 * A response as it came, before it is decoded.
 *
 * @category models
 */
export interface RawResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
  /** The region that the request went to; `null` for the auth and the billing API, which have none. */
  readonly region: string | null
}

/**
 * Why a response does not fit.
 *
 * @category models
 */
export interface DecodeIssue {
  /** The field, such as `apps.3.owner.id`; empty for the response as a whole. */
  readonly path: string
  readonly reason: string
  /** The parsed response as far as there is one. */
  readonly value: unknown
  /**
   * What a caller gets instead of an error when the configuration is `lenient`: the parts that fit are decoded, secrets
   * are `Redacted`, and the rest is as it came.
   */
  readonly unchecked?: { readonly value: unknown } | undefined
}

/**
 * Reads a value from a response.
 *
 * @category models
 */
export interface ResponseDecoder<A> {
  readonly decode: (response: RawResponse) => Either.Either<A, DecodeIssue>
}

interface ParsedJson {
  readonly json: unknown
  /** Whether someone else has the JSON, so that it must not be changed. */
  readonly isShared: boolean
}

/** The JSON of responses that {@link anyJson} has parsed: the decoder that is chosen by it parses them no more. */
const parsed = new WeakMap<RawResponse, unknown>()

const parseJson = (response: RawResponse): Either.Either<ParsedJson, DecodeIssue> =>
  parsed.has(response)
    ? Either.right({ json: parsed.get(response), isShared: true })
    : response.text.trim() === ""
    ? Either.left({ path: "", reason: "Expected JSON, the body is empty", value: undefined })
    : Either.mapBoth(parseJsonText(response.text), {
      onLeft: () => ({ path: "", reason: "Expected JSON", value: response.text }),
      onRight: (json) => ({ json, isShared: false })
    })

/** Decodes one part of a response: the only place that knows how schemas are run. */
const decodePart = <A, I>(
  schema: Codec<A, I>
): (part: ParsedJson, root?: string) => Either.Either<A, DecodeIssue> => {
  const decode = decodeUnknownEither(schema)
  const decodeOwn = decodeInPlace(schema)
  return ({ isShared, json }, root) =>
    Either.mapLeft((isShared ? decode : decodeOwn)(json), (error) => {
      const { expected, field } = firstIssue(error, root)
      return {
        path: field,
        reason: expected === "present" ? "Expected a value, it is missing" : `Expected ${expected}`,
        value: json,
        // Nobody can use a `null` in place of an entity.
        ...(json === null || json === undefined ? {} : { unchecked: { value: decodeWhatFits(schema.ast, json) } })
      }
    })
}

const part = ({ isShared, json }: ParsedJson, root: string): Either.Either<ParsedJson, DecodeIssue> =>
  !Predicate.isReadonlyRecord(json)
    ? Either.left({ path: "", reason: `Expected an object with "${root}"`, value: json })
    : json[root] === undefined
    ? Either.left({ path: root, reason: "Expected a value, it is missing", value: json })
    : Either.right({ json: json[root], isShared })

/**
 * The whole body, decoded by a schema.
 *
 * @category constructors
 */
export const json = <A, I>(schema: Codec<A, I>): ResponseDecoder<A> => {
  const decode = decodePart(schema)
  return { decode: (response) => Either.flatMap(parseJson(response), (whole) => decode(whole)) }
}

/**
 * The value below a root key, decoded by a schema: `root("app", App)`.
 *
 * @category constructors
 */
export const root = <A, I>(name: string, schema: Codec<A, I>): ResponseDecoder<A> => {
  const decode = decodePart(schema)
  return {
    decode: (response) =>
      parseJson(response).pipe(
        Either.flatMap((whole) => part(whole, name)),
        Either.flatMap((found) => decode(found, name))
      )
  }
}

const decodeItems = <A, I>(name: string, item: Codec<A, I>) => {
  const decode = decodePart(lazy(() => Schema.Array(item)))
  return (whole: ParsedJson): Either.Either<ReadonlyArray<A>, DecodeIssue> =>
    part(whole, name).pipe(
      Either.flatMap(({ isShared, json: value }) =>
        Either.mapBoth(
          orEmpty(value, Predicate.hasProperty(whole.json, "meta") ? whole.json.meta : undefined),
          {
            onLeft: (reason): DecodeIssue => ({ path: name, reason, value }),
            onRight: (json): ParsedJson => ({ json, isShared })
          }
        )
      ),
      Either.flatMap((list) => decode(list, name)),
      // A lenient caller gets a list too.
      Either.mapLeft(({ unchecked, ...issue }) => Array.isArray(unchecked?.value) ? { ...issue, unchecked } : issue)
    )
}

/**
 * The list below a root key: `list("apps", App)`. `null` is an empty list, unless `meta` has a `total_count` above 0. A
 * missing key is an issue.
 *
 * @category constructors
 */
export const list = <A, I>(name: string, item: Codec<A, I>): ResponseDecoder<ReadonlyArray<A>> => {
  const items = decodeItems(name, item)
  return { decode: (response) => Either.flatMap(parseJson(response), items) }
}

const decodePagination = decodePart(Pagination)

/**
 * A page: the list below a root key, as {@link list} reads it, and `meta.pagination`. `Pagination.walkPages` makes a
 * stream of such pages.
 *
 * @category constructors
 */
export const page = <A, I>(name: string, item: Codec<A, I>): ResponseDecoder<Page<A>> => {
  const items = decodeItems(name, item)
  // No generator: V8 would keep what it refers to, the whole text, until the next full garbage collection.
  return {
    decode: (response) =>
      Either.flatMap(
        parseJson(response),
        (whole) =>
          Either.flatMap(paginationOf(whole), (pagination) =>
            Either.mapBoth(items(whole), {
              onLeft: (issue) => withPagination(issue, pagination),
              onRight: (items) => ({ items, pagination })
            }))
      )
  }
}

const paginationOf = (whole: ParsedJson): Either.Either<Pagination, DecodeIssue> =>
  part(whole, "meta").pipe(
    Either.flatMap((meta) => part(meta, "pagination")),
    Either.flatMap((pagination) => decodePagination(pagination, "meta.pagination")),
    // Without page numbers there is no next page, however lenient the caller is.
    Either.mapLeft(({ path, reason, value }): DecodeIssue => ({ path, reason, value }))
  )

/** A lenient caller gets a page too. */
const withPagination = ({ unchecked, ...issue }: DecodeIssue, pagination: Pagination): DecodeIssue =>
  unchecked === undefined ? issue : { ...issue, unchecked: { value: { items: unchecked.value, pagination } } }

/**
 * Ignores the body.
 *
 * @category constructors
 */
export const empty: ResponseDecoder<void> = { decode: () => Either.right(undefined) }

/**
 * The body as text.
 *
 * @category constructors
 */
export const text: ResponseDecoder<string> = { decode: (response) => Either.right(response.text) }

/**
 * Any JSON, unchecked.
 *
 * @category constructors
 */
export const anyJson: ResponseDecoder<unknown> = {
  decode: (response) =>
    Either.map(parseJson(response), ({ json }) => {
      parsed.set(response, json)
      return json
    })
}

/**
 * Changes the decoded value, with the status, the headers and the region at hand. A lenient caller gets the changed
 * unchecked value, or a `DecodeError` when `f` cannot change it.
 *
 * @category combinators
 */
export const transform = <A, B>(
  decoder: ResponseDecoder<A>,
  f: (value: A, response: RawResponse) => Either.Either<B, DecodeIssue>
): ResponseDecoder<B> => ({
  decode: (response) =>
    Either.match(decoder.decode(response), {
      onLeft: ({ unchecked, ...issue }) => {
        if (unchecked === undefined) return Either.left(issue)
        // The unchecked value can have any form, so `f` may throw on it.
        const changed = Either.flatMap(Either.try(() => f(unchecked.value as A, response)), (result) => result)
        return Either.left(Either.isRight(changed) ? { ...issue, unchecked: { value: changed.right } } : issue)
      },
      onRight: (value) => f(value, response)
    })
})
