/**
 * Reads files of JSON, and says where in the file something is wrong.
 */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Fs from "node:fs"
import { codeOf } from "../systemError.js"
import { type CommandFailure, messageOf, wrong } from "./failure.js"

/** A field with a description for the JSON Schema. One on the type itself would be part of the messages. */
export const optional = <A, I>(schema: Schema.Schema<A, I>, description: string) =>
  Schema.optionalWith(schema, { exact: true }).annotations({ description })

export const required = <A, I>(schema: Schema.Schema<A, I>, description: string) =>
  Schema.propertySignature(schema).annotations({ description })

/** `apps[0].containers.web` */
const formatPath = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((key, index) =>
    typeof key === "number"
      ? `[${key}]`
      : /^[\w$-]+$/.test(String(key))
      ? `${index === 0 ? "" : "."}${String(key)}`
      : `[${JSON.stringify(String(key))}]`
  ).join("")

const maxIssues = 10

/**
 * One line for each place. Where several types would do, there is an issue for each, and often one for the whole of a
 * type that is not meant: what is wrong deeper inside says more.
 */
const linesOf = (issues: ReadonlyArray<ParseResult.ArrayFormatterIssue>): ReadonlyArray<string> => {
  const places = new Map<string, Set<string>>()
  for (const { message, path } of issues) {
    const place = formatPath(path)
    places.set(place, (places.get(place) ?? new Set()).add(message))
  }
  const all = Array.from(places.keys())
  const isDeeper = (place: string, other: string) =>
    other !== place && (place === "" || other.startsWith(`${place}.`) || other.startsWith(`${place}[`))
  return Array.from(places)
    .filter(([place]) => !all.some((other) => isDeeper(place, other)))
    .map(([place, messages]) => `${place === "" ? "" : `${place}: `}${Array.from(messages).join("; or ")}`)
}

/** Decodes a value, and names every part of it that is wrong. */
export const decode = <A, I>(
  file: string,
  schema: Schema.Schema<A, I>,
  value: unknown
): Effect.Effect<A, CommandFailure> =>
  Effect.mapError(
    Schema.decodeUnknown(schema, { errors: "all", onExcessProperty: "error" })(value),
    (error) => {
      const lines = linesOf(ParseResult.ArrayFormatter.formatErrorSync(error))
      const shown = lines.slice(0, maxIssues)
      const more = lines.length - shown.length
      return wrong(
        `${file} is not valid:\n${shown.map((line) => `  ${line}`).join("\n")}${more > 0 ? `\n  and ${more} more` : ""}`
      )
    }
  )

/** The reasons why a file cannot be read, in words. */
const reasons: { readonly [code: string]: string } = {
  ENOENT: "it does not exist",
  EISDIR: "it is a folder",
  EACCES: "permission denied"
}

export const readText = (file: string): Effect.Effect<string, CommandFailure> =>
  Effect.try({
    try: () => Fs.readFileSync(file, "utf8"),
    catch: (error) => wrong(`${file} cannot be read: ${reasons[codeOf(error) ?? ""] ?? messageOf(error)}`)
  })

export const parseJson = (file: string, text: string): Effect.Effect<unknown, CommandFailure> =>
  Effect.try({
    try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
    catch: (error) => wrong(`${file} is not JSON: ${messageOf(error)}`)
  })

export const readJson = <A, I>(file: string, schema: Schema.Schema<A, I>): Effect.Effect<A, CommandFailure> =>
  Effect.flatMap(
    Effect.flatMap(readText(file), (text) => parseJson(file, text)),
    (value) => decode(file, schema, value)
  )
