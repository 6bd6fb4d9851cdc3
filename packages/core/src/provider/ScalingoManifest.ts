/**
 * `scalingo.json`, the file at the root of a repository that configures its review apps and one-click deployments. The
 * platform also reads `app.json`, which has the same form; `scalingo.json` takes precedence.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as JSONSchema from "effect/JSONSchema"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { errorClass } from "../internal/errorClass.js"
import { issuesOf, type ParseError } from "../internal/parseResult.js"
import { Json, mapOf, nullish, openEnum } from "../schema/ScalingoSchema.js"

const Flag: Schema.Schema<boolean, boolean | "true" | "false"> = Schema.Union(
  Schema.Boolean,
  Schema.BooleanFromString
)

/**
 * An environment variable. It has either a `value`, or a `generator`, or neither, when the user fills it in for a
 * one-click deployment.
 *
 * @category schemas
 */
export const ScalingoManifestEnv = Schema.Struct({
  description: Schema.optional(Schema.String),
  /** `null` or an empty string removes the variable that a review app inherits from its parent app. */
  value: nullish(Schema.String),
  /**
   * - `secret`: a new random token
   * - `template`: the text of `template`
   * - `url`: the URL of the app, or the text of `template`
   */
  generator: Schema.optional(openEnum("secret", "template", "url")),
  /** Text in which `%APP%`, `%PARENT_APP%`, `%PR_NUMBER%` and `%URL%` are replaced. */
  template: Schema.optional(Schema.String),
  /** Whether it must be filled in before a one-click deployment; the texts `"true"` and `"false"` are accepted too. */
  required: Schema.optional(Flag)
}).pipe(
  Schema.filter((env) =>
    Predicate.isString(env.value) && env.generator !== undefined
      ? { path: ["generator"], message: "left out where there is a value" }
      : env.generator === "template" && env.template === undefined
      ? { path: ["template"], message: "present, since the generator is template" }
      : undefined
  )
)

export interface ScalingoManifestEnv extends Schema.Schema.Type<typeof ScalingoManifestEnv> {}

/**
 * The containers of one type.
 *
 * @category schemas
 */
export const ScalingoManifestFormation = Schema.Struct({
  amount: Schema.NonNegativeInt,
  /** The name of a container size. */
  size: openEnum("S", "M", "L", "XL", "2XL", "3XL")
})

export interface ScalingoManifestFormation extends Schema.Schema.Type<typeof ScalingoManifestFormation> {}

/**
 * Commands to run after deployments.
 *
 * @category schemas
 */
export const ScalingoManifestScripts = Schema.Struct({
  /** Runs after the first deployment of a review app or of a one-click deployment. */
  "first-deploy": Schema.optional(Schema.String),
  /** Runs after every deployment. Deprecated in favour of a `postdeploy` line in the `Procfile`. */
  postdeploy: Schema.optional(Schema.String)
})

export interface ScalingoManifestScripts extends Schema.Schema.Type<typeof ScalingoManifestScripts> {}

/**
 * An addon to provision: its provider and plan, `postgresql:postgresql-starter-512`.
 *
 * @category schemas
 */
export const ScalingoManifestAddon = Schema.Union(
  Schema.String,
  Schema.Struct({
    plan: Schema.String,
    options: Schema.optional(
      Schema.Struct(
        {
          /** The version of the database. */
          version: Schema.optional(Schema.String)
        },
        { key: Schema.String, value: Json }
      )
    )
  })
)

export type ScalingoManifestAddon = typeof ScalingoManifestAddon.Type

/**
 * The content of `scalingo.json`. All fields are optional.
 *
 * @category schemas
 */
export const ScalingoManifest = Schema.Struct({
  /** The URL of a JSON schema, for editors. */
  $schema: Schema.optional(Schema.String),
  name: Schema.optional(Schema.String),
  description: Schema.optional(Schema.String),
  website: Schema.optional(Schema.String),
  /** The URL of an image. */
  logo: Schema.optional(Schema.String),
  /** The URL of the repository that one-click deployments use. */
  repository: Schema.optional(Schema.String),
  /** The branch or the commit to deploy. */
  ref: Schema.optional(Schema.String),
  stack: Schema.optional(
    openEnum("scalingo-26", "scalingo-24", "scalingo-22", "scalingo-20", "scalingo-18", "scalingo-14")
  ),
  /** Whether a review app shares the databases of its parent app; the texts `"true"` and `"false"` are accepted too. */
  copy_parent_database_urls: Schema.optional(Flag),
  /** The environment variables, by name. */
  env: Schema.optional(mapOf(ScalingoManifestEnv)),
  /** The addons to provision. Default for a review app: the addons of its parent app. */
  addons: Schema.optional(Schema.Array(ScalingoManifestAddon)),
  scripts: Schema.optional(ScalingoManifestScripts),
  /** The containers, by type. */
  formation: Schema.optional(mapOf(ScalingoManifestFormation))
})

export interface ScalingoManifest extends Schema.Schema.Type<typeof ScalingoManifest> {}

/**
 * An invalid part of a manifest.
 *
 * @category schemas
 */
export const ManifestIssue = Schema.Struct({
  /** The location, such as `formation.web.amount`; empty for the file as a whole. */
  path: Schema.String,
  /** The expected content. */
  expected: Schema.String
})

export interface ManifestIssue extends Schema.Schema.Type<typeof ManifestIssue> {}

/**
 * A manifest is not valid. Contains all issues.
 *
 * @category errors
 */
export class InvalidManifest
  extends errorClass(() =>
    Schema.TaggedError<InvalidManifest>("@effect-scalingo/core/InvalidManifest")(
      "InvalidManifest",
      { issues: Schema.Array(ManifestIssue) }
    )
  )
{
  override get message(): string {
    const issues = this.issues.map(({ expected, path }) => `${path === "" ? "it" : path} must be ${expected}`)
    return `The manifest is not valid: ${issues.join("; ")}`
  }
}

/** `Expected string, actual 12` becomes `string`, and the notation of object and array types becomes words. */
const expectation = (message: string): string => {
  if (message === "is missing") return "present"
  const [expected = ""] = message.replace(/^Expected /, "").split(", actual ")
  return expected.startsWith("{") ? "an object" : expected.startsWith("ReadonlyArray<") ? "an array" : expected
}

const manifestIssues = (error: ParseError): ReadonlyArray<ManifestIssue> => {
  const alternatives = new Map<string, Set<string>>()
  for (const { message, path } of issuesOf(error)) {
    const where = path.map(String).join(".")
    const expected = expectation(message)
    // That a field is optional does not help to fix its value.
    if (expected !== "undefined") alternatives.set(where, (alternatives.get(where) ?? new Set()).add(expected))
  }
  const paths = [...alternatives.keys()]
  return [...alternatives].flatMap(([path, expected]) =>
    // Of several alternatives, the one that matches deepest is most likely the intended one.
    paths.some((other) => other !== path && (path === "" || other.startsWith(`${path}.`)))
      ? []
      : [{ path, expected: [...expected].join(" or ") }]
  )
}

const invalid = (error: ParseError) => new InvalidManifest({ issues: manifestIssues(error) })

// Unknown keys of an app.json are preserved.
const options = { errors: "all", onExcessProperty: "preserve" } as const
const decode = (value: unknown) => Schema.decodeUnknownEither(ScalingoManifest, options)(value)
const encode = (manifest: ScalingoManifest) => Schema.encodeEither(ScalingoManifest, options)(manifest)

/**
 * Reads a manifest from a value, such as parsed JSON. Preserves unknown keys.
 *
 * @category constructors
 */
export const fromUnknown = (value: unknown): Either.Either<ScalingoManifest, InvalidManifest> =>
  Predicate.isRecord(value)
    ? Either.mapLeft(decode(value), invalid)
    : Either.left(new InvalidManifest({ issues: [{ path: "", expected: "a JSON object" }] }))

/**
 * Reads a manifest from the text of its file.
 *
 * @category constructors
 * @example
 * ```ts
 * import { fromText } from "@effect-scalingo/core/ScalingoManifest"
 * import { Either } from "effect"
 *
 * const result = fromText(`{ "formation": { "web": { "amount": "2", "size": "M" } } }`)
 * if (Either.isLeft(result)) {
 *   result.left.message // "The manifest is not valid: formation.web.amount must be number"
 * }
 * ```
 */
export const fromText = (text: string): Either.Either<ScalingoManifest, InvalidManifest> =>
  Either.try({
    try: (): unknown => JSON.parse(text),
    catch: (error) =>
      new InvalidManifest({
        issues: [{ path: "", expected: `JSON (${error instanceof Error ? error.message : error})` }]
      })
  }).pipe(Either.flatMap(fromUnknown))

/**
 * Validates a manifest and converts it to the JSON value of the file.
 *
 * @category constructors
 */
export const toJson = (
  manifest: ScalingoManifest
): Either.Either<Schema.Schema.Encoded<typeof ScalingoManifest>, InvalidManifest> =>
  Either.mapLeft(encode(manifest), invalid)

/**
 * Validates a manifest and returns the text of the file.
 *
 * @category constructors
 */
export const toText = (manifest: ScalingoManifest): Either.Either<string, InvalidManifest> =>
  Either.map(toJson(manifest), (json) => `${JSON.stringify(json, null, 2)}\n`)

/**
 * The JSON schema (draft 7) of the file, for editors and linters. Unlike {@link fromText} it only allows known keys, so
 * it finds misspelled names.
 *
 * @category constructors
 */
export const jsonSchema = (): JSONSchema.JsonSchema7Root => JSONSchema.make(ScalingoManifest)
