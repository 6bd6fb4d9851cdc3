/**
 * Decoders of answers: from a status, headers and a text to a value.
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { firstIssue } from "../../internal/fieldIssue.js"
import type { AnswerDecoder, Misfit, RawAnswer } from "../ApiRequest.js"
import { type Page, Pagination } from "../Pagination.js"

const parseJson = (text: string): Either.Either<unknown, Misfit> => {
  if (text.trim() === "") {
    return Either.left({ path: "", reason: "Expected JSON, the body is empty", value: undefined })
  }
  try {
    return Either.right(JSON.parse(text))
  } catch {
    return Either.left({ path: "", reason: "Expected JSON", value: text })
  }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Decodes one part of an answer: the only place that knows how schemas are run. */
const decodePart = <A, I>(schema: Schema.Schema<A, I>): (part: unknown, root?: string) => Either.Either<A, Misfit> => {
  const decode = Schema.decodeUnknownEither(schema)
  return (part, root) =>
    Either.mapLeft(decode(part), (error) => {
      const issue = firstIssue(error, root)
      return {
        path: issue.path,
        reason: issue.expected === "present" ? "Expected a value, it is missing" : `Expected ${issue.expected}`,
        value: part,
        unchecked: { value: part }
      }
    })
}

const part = (json: unknown, root: string): Either.Either<unknown, Misfit> =>
  !isObject(json)
    ? Either.left({ path: "", reason: `Expected an object with "${root}"`, value: json })
    : json[root] === undefined
    ? Either.left({ path: root, reason: "Expected a value, it is missing", value: json })
    : Either.right(json[root])

/** The whole body, by a schema. */
export const json = <A, I>(schema: Schema.Schema<A, I>): AnswerDecoder<A> => {
  const decode = decodePart(schema)
  return { decode: (answer) => Either.flatMap(parseJson(answer.text), (value) => decode(value)) }
}

/** What stands below the root key, by a schema. */
export const root = <A, I>(name: string, schema: Schema.Schema<A, I>): AnswerDecoder<A> => {
  const decode = decodePart(schema)
  return {
    decode: (answer) =>
      parseJson(answer.text).pipe(
        Either.flatMap((value) => part(value, name)),
        Either.flatMap((value) => decode(value, name))
      )
  }
}

/** A list below the root key. */
export const list = <A, I>(name: string, item: Schema.Schema<A, I>): AnswerDecoder<ReadonlyArray<A>> =>
  root(name, Schema.Array(item))

const decodePagination = decodePart(Pagination)

/** A page: the list below the root key, and `meta.pagination`. */
export const page = <A, I>(name: string, item: Schema.Schema<A, I>): AnswerDecoder<Page<A>> => {
  const items = decodePart(Schema.Array(item))
  return {
    decode: (answer) =>
      Either.gen(function*() {
        const value = yield* parseJson(answer.text)
        const meta = yield* part(value, "meta")
        const pagination = yield* Either.flatMap(
          part(meta, "pagination"),
          (pagination) => decodePagination(pagination, "meta.pagination")
        ).pipe(
          // A walk cannot go by numbers that are none, however lenient its caller is.
          Either.mapLeft(({ path, reason, value }): Misfit => ({ path, reason, value }))
        )
        return yield* Either.flatMap(part(value, name), (list) => items(list, name)).pipe(
          Either.mapBoth({
            onLeft: (misfit) => withItems(misfit, pagination),
            onRight: (items) => ({ items, pagination })
          })
        )
      })
  }
}

/** What a lenient caller gets is a page too, as long as there is a list to make it of. */
const withItems = ({ unchecked, ...misfit }: Misfit, pagination: Pagination): Misfit =>
  Array.isArray(unchecked?.value)
    ? { ...misfit, unchecked: { value: { items: unchecked.value, pagination } } }
    : misfit

/** Nothing: whatever the body is. */
export const empty: AnswerDecoder<void> = { decode: () => Either.right(undefined) }

/** The body as text. */
export const text: AnswerDecoder<string> = { decode: (answer) => Either.right(answer.text) }

/** Any JSON, as it came. */
export const anyJson: AnswerDecoder<unknown> = { decode: (answer) => parseJson(answer.text) }

/**
 * A value that also needs the status, the headers or the region. A lenient caller gets the same from a value that does
 * not fit, or nothing when that cannot be.
 */
export const withAnswer = <A, B>(
  decoder: AnswerDecoder<A>,
  f: (value: A, answer: RawAnswer) => Either.Either<B, Misfit>
): AnswerDecoder<B> => ({
  decode: (answer) =>
    Either.match(decoder.decode(answer), {
      onLeft: ({ unchecked, ...misfit }) => {
        if (unchecked === undefined) return Either.left(misfit)
        // What does not fit may be anything, and may well be more than `f` can take.
        const derived = Either.flatMap(Either.try(() => f(unchecked.value as A, answer)), (result) => result)
        return Either.left(Either.isRight(derived) ? { ...misfit, unchecked: { value: derived.right } } : misfit)
      },
      onRight: (value) => f(value, answer)
    })
})
