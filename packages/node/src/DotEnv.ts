/**
 * Reads and writes `.env` text. Values are what the package `dotenv` reads, so the app gets the same ones locally.
 *
 * Text that `dotenv` would drop without a word is refused: a line that is no assignment, a quote that is not closed, and
 * what follows an unquoted `#` without a blank before it (`PASSWORD=a#b` would be `a`).
 *
 * ```ts
 * import { Environment } from "@effect-scalingo/core/Environment"
 * import { DotEnv } from "@effect-scalingo/node"
 * import { Effect } from "effect"
 *
 * const push = Effect.gen(function*() {
 *   const environment = yield* Environment
 *   const result = yield* environment.sync("my-app", yield* DotEnv.readFile(".env.production"))
 *   yield* Effect.log(result) // names only
 * })
 * ```
 *
 * @since 0.2.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { parse as dotenv } from "dotenv"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * A line of `.env` text that cannot be read. Nothing of its content is in the error.
 *
 * @category errors
 */
export class DotEnvError extends Schema.TaggedError<DotEnvError>("@effect-scalingo/node/DotEnvError")("DotEnvError", {
  /** The path, when the text is from a file. */
  file: Schema.optional(Schema.String),
  /** The number of the line, from 1. */
  line: Schema.Number,
  /** What would be right. */
  expected: Schema.String
}) {
  override get message(): string {
    return `${this.file ?? ".env text"}, line ${this.line}: expected ${this.expected}`
  }
}

/**
 * A variable that `.env` text cannot hold: its name has other characters than letters, digits, `_`, `.` and `-`, or its
 * value has a mix of quotes, line breaks and backslashes that no way of quoting preserves.
 *
 * @category errors
 */
export class UnwritableVariable
  extends Schema.TaggedError<UnwritableVariable>("@effect-scalingo/node/UnwritableVariable")("UnwritableVariable", {
    name: Schema.String
  })
{
  override get message(): string {
    return `The variable ${this.name} cannot be written as .env text`
  }
}

/** An assignment, and the line on which it begins. */
interface Assignment {
  readonly line: number
  readonly name: string
  readonly text: string
}

/** An empty line, or one with a comment. */
const blank = /[^\S\n]*(?:#.*)?(?:\n|$)/y
const head = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:(?=\s))/y
const quoted: { readonly [quote: string]: RegExp } = {
  "'": /'(?:\\'|[^'])*'[^\S\n]*(?:#.*)?(?:\n|$)/y,
  "\"": /"(?:\\"|[^"])*"[^\S\n]*(?:#.*)?(?:\n|$)/y,
  "`": /`(?:\\`|[^`])*`[^\S\n]*(?:#.*)?(?:\n|$)/y
}
const unquoted = /.*(?:\n|$)/y

const match = (pattern: RegExp, text: string, from: number): RegExpExecArray | null => {
  pattern.lastIndex = from
  return pattern.exec(text)
}

/** Cuts the text into assignments, so that nothing of it gets lost. What they mean is the business of `dotenv`. */
const assignmentsOf = (text: string): Either.Either<ReadonlyArray<Assignment>, DotEnvError> => {
  const found: Array<Assignment> = []
  let at = 0
  let line = 1
  const fail = (expected: string) => Either.left(new DotEnvError({ line, expected }))
  const advance = (to: number) => {
    for (let index = at; index < to; index++) if (text[index] === "\n") line++
    at = to
  }
  while (at < text.length) {
    const empty = match(blank, text, at)
    if (empty !== null) {
      advance(at + empty[0].length)
      continue
    }
    const start = match(head, text, at)
    if (start === null) return fail("NAME=value")
    const separatorEnd = at + start[0].length
    const valueStart = separatorEnd + (match(/[^\S\n]*/y, text, separatorEnd)?.[0].length ?? 0)
    const pattern = quoted[text.charAt(valueStart)]
    const value = match(pattern ?? unquoted, text, valueStart)
    if (value === null) return fail("a closing quote of the same kind, and nothing but a comment behind it")
    // A comment has a blank before it. Without one, most tools take the character as a part of the value.
    if (pattern === undefined && /^#|\S#/.test(text.slice(separatorEnd, valueStart) + value[0].split(/\s#/)[0])) {
      return fail("quotes around a value with #, or a blank before a comment")
    }
    const end = valueStart + value[0].length
    found.push({ line, name: start[1] ?? "", text: text.slice(at, end) })
    advance(end)
  }
  return Either.right(found)
}

const parseEither = (source: string): Either.Either<Readonly<Record<string, Redacted.Redacted>>, DotEnvError> => {
  const text = source.replace(/\r\n?/g, "\n")
  return Either.flatMap(assignmentsOf(text), (assignments) => {
    const values = new Map(Object.entries(dotenv(text)))
    const last = new Map(assignments.map((assignment) => [assignment.name, assignment]))
    // The assignments were found without dotenv: it must agree on each of them.
    for (const { line, name, text } of last.values()) {
      const value = values.get(name)
      if (value === undefined || dotenv(text)[name] !== value) {
        return Either.left(new DotEnvError({ line, expected: "an assignment that dotenv can read" }))
      }
    }
    return Either.right(
      Object.fromEntries(Array.from(values, ([name, value]) => [name, Redacted.make(value)]))
    )
  })
}

/**
 * Reads `.env` text. Values may be plain, or in `'`, `"` or backticks, over several lines. `\n` and `\r` mean line breaks
 * in `"`; there are no other escapes, and `$NAME` stays as it is. The last of several assignments to a name counts.
 *
 * @category constructors
 * @example
 * ```ts
 * import { DotEnv } from "@effect-scalingo/node"
 *
 * const values = DotEnv.parse("NODE_ENV=production # a comment\nKEY='a#b'\n")
 * ```
 */
export const parse = (text: string): Effect.Effect<Readonly<Record<string, Redacted.Redacted>>, DotEnvError> =>
  Effect.suspend(() => parseEither(text))

/**
 * Reads a `.env` file as {@link parse} does. A file that is missing or unreadable is a `PlatformError`.
 *
 * @category constructors
 */
export const readFile = (
  path: string
): Effect.Effect<Readonly<Record<string, Redacted.Redacted>>, DotEnvError | PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(path)).pipe(
    Effect.flatMap((text) =>
      Effect.mapError(parse(text), ({ expected, line }) => new DotEnvError({ file: path, line, expected }))
    )
  )

/** The ways to write a value with quotes, the most readable first. A quote does not close behind a backslash. */
const quotedWays = (value: string): ReadonlyArray<string> =>
  value.endsWith("\\") ? [] : [
    `'${value}'`,
    `"${value}"`,
    `\`${value}\``,
    `"${value.replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`
  ]

const isPlain = (text: string) => /^[\w./:@%+,-]*$/.test(text)

const write = (name: string, value: string): Either.Either<string, UnwritableVariable> => {
  for (const written of isPlain(value) ? [value] : [...quotedWays(value), value]) {
    const line = `${name}=${written}\n`
    const read = Either.getOrElse(parseEither(line), (): Readonly<Record<string, Redacted.Redacted>> => ({}))
    const found = read[name]
    if (found !== undefined && Redacted.value(found) === value) return Either.right(line)
  }
  return Either.left(new UnwritableVariable({ name }))
}

/**
 * Writes values as `.env` text, with quotes where they are needed, such that {@link parse} reads the same values. The
 * text is `Redacted`, since it holds the values.
 *
 * @category destructors
 */
export const format = (
  values: Readonly<Record<string, string | Redacted.Redacted>>
): Effect.Effect<Redacted.Redacted, UnwritableVariable> =>
  Effect.forEach(
    Object.entries(values),
    ([name, value]) => write(name, Redacted.isRedacted(value) ? Redacted.value(value) : value)
  ).pipe(
    Effect.map((lines) => Redacted.make(lines.join("")))
  )
