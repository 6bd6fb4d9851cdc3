/**
 * What the official command line has stored on this machine: the API token of `scalingo login`, and the region of
 * `scalingo config`.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Cause from "effect/Cause"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Os from "node:os"

/**
 * Where to look.
 *
 * @category models
 */
export interface Options {
  /** The folder of the command line's files. Default `~/.config/scalingo`. */
  readonly directory?: string | undefined
  /** Whose token: the host of the auth API. Default `auth.scalingo.com`. */
  readonly authHost?: string | undefined
}

const Account = Schema.Struct({ tokens: Schema.Struct({ token: Schema.Redacted(Schema.NonEmptyString) }) })

/** The accounts are read one by one, so that another one's odd entry does not stand in the way. */
const AuthFile = Schema.parseJson(Schema.Struct({
  auth_config_data: Schema.Union(
    Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
  )
}))

const decodeAccount = Schema.decodeUnknownEither(Account)

const ConfigFile = Schema.parseJson(Schema.Struct({ region: Schema.optional(Schema.NullOr(Schema.String)) }))

/** The token itself must not be in the message. */
const misfit = (file: string, error: ParseResult.ParseError) => {
  const issue = ParseResult.ArrayFormatter.formatErrorSync(error)[0]
  const where = issue === undefined || issue.path.length === 0 ? "" : `, at ${issue.path.join(".")}`
  return ConfigError.InvalidData([file], `The file of the Scalingo command line is not as expected${where}`)
}

/** The text of a file; `None` where there is none. */
const text = (options: Options, name: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    // There are containers whose user has no home.
    const home = yield* Effect.option(Effect.try(() => Os.homedir()))
    const directory = options.directory === undefined
      ? Option.map(home, (home) => path.join(home, ".config", "scalingo"))
      : Option.some(options.directory)
    if (Option.isNone(directory)) return Option.none()
    const file = path.join(directory.value, name)
    const content = yield* Effect.either(fs.readFileString(file))
    if (Either.isRight(content)) return Option.some({ file, content: content.right })
    return content.left._tag === "SystemError" && content.left.reason === "PermissionDenied"
      ? yield* Effect.fail(ConfigError.SourceUnavailable([file], "The file cannot be read", Cause.fail(content.left)))
      : Option.none()
  })

const decoded = <A>(options: Options, name: string, schema: Schema.Schema<A, string>) =>
  Effect.flatMap(
    text(options, name),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: ({ content, file }) =>
        Schema.decode(schema)(content).pipe(
          Effect.map((value) => Option.some({ file, value })),
          Effect.mapError((error) => misfit(file, error))
        )
    })
  )

/**
 * The API token that `scalingo login` has stored in the file `auth`; `None` when there is none. A file that cannot be
 * understood fails with a `ConfigError` that names it.
 *
 * @category accessors
 */
export const apiToken = (
  options: Options = {}
): Effect.Effect<
  Option.Option<Redacted.Redacted>,
  ConfigError.ConfigError,
  FileSystem.FileSystem | Path.Path
> =>
  Effect.flatMap(
    decoded(options, "auth", AuthFile),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: ({ file, value }) => {
        const account = value.auth_config_data[options.authHost ?? "auth.scalingo.com"]
        return account === undefined ? Effect.succeedNone : Either.match(decodeAccount(account), {
          onLeft: (error) => Effect.fail(misfit(file, error)),
          onRight: ({ tokens }) => Effect.succeedSome(tokens.token)
        })
      }
    })
  )

/**
 * The region that `scalingo config` has stored in the file `config.json`; `None` when there is none. A file that cannot
 * be understood fails with a `ConfigError` that names it.
 *
 * @category accessors
 */
export const region = (
  options: Options = {}
): Effect.Effect<Option.Option<string>, ConfigError.ConfigError, FileSystem.FileSystem | Path.Path> =>
  Effect.map(
    decoded(options, "config.json", ConfigFile),
    Option.flatMapNullable(({ value }) => value.region || null)
  )
