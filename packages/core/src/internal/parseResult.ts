/**
 * Everything that touches Effect's `ParseResult`: reading the issues of a schema, and schemas that can refuse a value.
 * Effect 4 replaces `ParseResult`, so no other module uses it.
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

export type ParseError = ParseResult.ParseError

/** What is wrong with a field, without the value itself: it may be a secret. */
export interface FieldIssue {
  /** `app.owner.id`, `apps.3.name`; empty for the whole. */
  readonly field: string
  readonly expected: string
}

/** All issues, with the value in each message. */
export const issuesOf = (
  error: ParseError
): ReadonlyArray<{ readonly path: ReadonlyArray<PropertyKey>; readonly message: string }> =>
  ParseResult.ArrayFormatter.formatErrorSync(error)

/** `Expected string, actual 12` becomes `string`. */
const withoutActual = (message: string): string => {
  if (message === "is missing") return "present"
  const actual = message.indexOf(", actual ")
  const text = actual === -1 ? message : message.slice(0, actual)
  return text.startsWith("Expected ") ? text.slice("Expected ".length) : text
}

/** The deepest issue: of a union's members, the one that matched furthest is the one that was meant. */
export const firstIssue = (error: ParseError, root?: string): FieldIssue => {
  const issues = issuesOf(error)
  const deepest = issues.reduce((best, issue) => issue.path.length > best.path.length ? issue : best, issues[0]!)
  const path = root === undefined ? deepest.path : [root, ...deepest.path]
  return { field: path.map(String).join("."), expected: withoutActual(deepest.message) }
}

/** A transformation that refuses a value with a message: `Expected a duration such as 5m30s`. */
export const transformOrRefuse = <FromA, FromI, ToA, ToI>(
  from: Schema.Schema<FromA, FromI>,
  to: Schema.Schema<ToA, ToI>,
  options: {
    readonly decode: (value: FromA) => Either.Either<ToI, string>
    readonly encode: (value: ToI) => Either.Either<FromA, string>
  }
): Schema.transformOrFail<typeof from, typeof to> =>
  Schema.transformOrFail(from, to, {
    strict: true,
    decode: (value, _, ast) =>
      Either.mapLeft(options.decode(value), (message) => new ParseResult.Type(ast, value, message)),
    encode: (value, _, ast) =>
      Either.mapLeft(options.encode(value), (message) => new ParseResult.Type(ast, value, message))
  })
