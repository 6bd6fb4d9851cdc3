/**
 * The API token and the region that the official command line stores on this machine.
 *
 * @since 0.1.0
 */
import type { Codec } from "@effect-scalingo/core/ScalingoSchema"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Os from "node:os"
import { invalidFile, invalidToken, irregularFile, unreadableFile } from "./internal/configError.js"

/**
 * Which files to read, and which account in them.
 *
 * @category models
 */
export interface Options {
  /** The folder of the command line's files. Default `~/.config/scalingo`. */
  readonly directory?: string | undefined
  /** The host of the auth API that the token belongs to; its port does not matter. Default `auth.scalingo.com`. */
  readonly authHost?: string | undefined
}

const Account = Schema.Struct({ tokens: Schema.Struct({ token: Schema.Redacted(Schema.NonEmptyString) }) })

/** Accounts are decoded one at a time, so that an invalid account does not affect the others. */
const AuthFile = Schema.parseJson(Schema.Struct({
  auth_config_data: Schema.Union(
    Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
  )
}))

const decodeAccount = Schema.decodeUnknownEither(Account)

const ConfigFile = Schema.parseJson(Schema.Struct({ region: Schema.optional(Schema.NullOr(Schema.String)) }))

/** The files of the command line have less than a kilobyte per account. */
const maxSize = 1024 * 1024

/** Whether nothing exists under a name. A parent that is a file (`ENOTDIR`) is such a case. */
const isMissing = (error: PlatformError): boolean =>
  error._tag === "SystemError" &&
  (error.reason === "NotFound" || (Predicate.hasProperty(error.cause, "code") && error.cause.code === "ENOTDIR"))

/** Reads a file; `None` when it does not exist. Opens regular files only: a FIFO would wait for its writer. */
const readFile = (options: Options, name: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    // In some containers the user has no home directory.
    const home = yield* Effect.option(Effect.try(() => Os.homedir()))
    const directory = options.directory === undefined
      ? Option.map(home, (home) => path.join(home, ".config", "scalingo"))
      : Option.some(options.directory)
    if (Option.isNone(directory)) return Option.none()
    const file = path.join(directory.value, name)
    const failure = (error: PlatformError) =>
      isMissing(error) ? Effect.succeedNone : Effect.fail(unreadableFile(file, error))
    const read = Effect.gen(function*() {
      const { size, type } = yield* fs.stat(file)
      if (type !== "File") return yield* Effect.fail(irregularFile(file, "a regular file"))
      if (size > maxSize) return yield* Effect.fail(irregularFile(file, `at most ${maxSize} bytes`))
      return Option.some({ file, content: yield* fs.readFileString(file) })
    })
    return yield* Effect.catchTags(read, { BadArgument: failure, SystemError: failure })
  })

const decodeFile = <A>(options: Options, name: string, schema: Codec<A, string>) =>
  Effect.flatMap(
    readFile(options, name),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: ({ content, file }) =>
        Schema.decode(schema)(content).pipe(
          Effect.map((value) => Option.some({ file, value })),
          Effect.mapError((error) => invalidFile(file, error))
        )
    })
  )

/**
 * Returns the API token that `scalingo login` has stored in the file `auth`, without blanks around it; `None` when there
 * is none. An invalid or unreadable file, or a text that cannot be a token, fails with a `ConfigError` that names the file.
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
    decodeFile(options, "auth", AuthFile),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: ({ file, value }) => {
        // The command line stores accounts by the host without its port.
        const host = (options.authHost ?? "auth.scalingo.com").replace(/:\d+$/, "")
        const account = value.auth_config_data[host]
        return account === undefined ? Effect.succeedNone : Either.match(decodeAccount(account), {
          onLeft: (error) => Effect.fail(invalidFile(file, error)),
          onRight: ({ tokens }) => {
            const token = Redacted.value(tokens.token).trim()
            return /^[\x21-\x7e]+$/.test(token)
              ? Effect.succeedSome(Redacted.make(token))
              : Effect.fail(invalidToken(file))
          }
        })
      }
    })
  )

/**
 * Returns the region that `scalingo config` has stored in the file `config.json`; `None` when there is none. An invalid
 * or unreadable file fails with a `ConfigError` that names it.
 *
 * @category accessors
 */
export const region = (
  options: Options = {}
): Effect.Effect<Option.Option<string>, ConfigError.ConfigError, FileSystem.FileSystem | Path.Path> =>
  Effect.map(
    decodeFile(options, "config.json", ConfigFile),
    Option.flatMapNullable(({ value }) => value.region?.trim() || null)
  )
