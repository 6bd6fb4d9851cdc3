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
 * What the files say, as far as they exist.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stored {
  readonly apiToken: Option.Option<Redacted.Redacted>
  readonly region: Option.Option<string>
}

/**
 * Where to look.
 *
 * @since 0.1.0
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

const ConfigFile = Schema.parseJson(Schema.Struct({ region: Schema.optional(Schema.NullOr(Schema.String)) }))

/** The token itself must not be in the message. */
const misfit = (file: string, error: ParseResult.ParseError) => {
  const issue = ParseResult.ArrayFormatter.formatErrorSync(error)[0]
  const where = issue === undefined || issue.path.length === 0 ? "" : `, at ${issue.path.join(".")}`
  return ConfigError.InvalidData([file], `The file of the Scalingo command line is not as expected${where}`)
}

/**
 * Reads `auth` and `config.json` of the command line. A file that is not there is nothing to complain of; a file that
 * cannot be read or understood fails with a `ConfigError` that names it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = (
  options: Options = {}
): Effect.Effect<Stored, ConfigError.ConfigError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = options.directory ?? path.join(Os.homedir(), ".config", "scalingo")
    const authHost = options.authHost ?? "auth.scalingo.com"

    const text = (file: string): Effect.Effect<Option.Option<string>, ConfigError.ConfigError> =>
      Effect.matchEffect(fs.readFileString(file), {
        onFailure: (error) =>
          error._tag === "SystemError" && error.reason === "NotFound"
            ? Effect.succeedNone
            : Effect.fail(ConfigError.SourceUnavailable([file], "The file cannot be read", Cause.fail(error))),
        onSuccess: Effect.succeedSome
      })

    const decode = <A>(file: string, schema: Schema.Schema<A, string>) =>
      Effect.flatMap(
        text(file),
        Option.match({
          onNone: () => Effect.succeedNone,
          onSome: (content) =>
            Schema.decode(schema)(content).pipe(
              Effect.asSome,
              Effect.mapError((error) => misfit(file, error))
            )
        })
      )

    const authFile = path.join(directory, "auth")
    const auth = yield* decode(authFile, AuthFile)
    const account = Option.flatMapNullable(auth, (file) => file.auth_config_data[authHost])
    const apiToken = yield* Option.match(account, {
      onNone: () => Effect.succeedNone,
      onSome: (value) =>
        Either.match(Schema.decodeUnknownEither(Account)(value), {
          onLeft: (error) => Effect.fail(misfit(authFile, error)),
          onRight: ({ tokens }) => Effect.succeedSome(tokens.token)
        })
    })
    const config = yield* decode(path.join(directory, "config.json"), ConfigFile)
    return {
      apiToken,
      region: Option.flatMapNullable(config, ({ region }) => region || null)
    }
  })
