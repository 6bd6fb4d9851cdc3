/**
 * Builds the `ConfigError`s of this package. No other module touches Effect's `ParseResult`, which Effect 4 replaces.
 */
import type { PlatformError } from "@effect/platform/Error"
import * as Cause from "effect/Cause"
import * as ConfigError from "effect/ConfigError"
import * as ParseResult from "effect/ParseResult"

/** A variable does not hold the URL of a proxy. The value is not shown, since it may hold a password. */
export const invalidProxy = (name: string): ConfigError.ConfigError =>
  ConfigError.InvalidData([name], "Expected the URL of a proxy, such as http://proxy.example.com:3128")

/** A file exists but cannot be read. */
export const unreadableFile = (file: string, error: PlatformError): ConfigError.ConfigError =>
  ConfigError.SourceUnavailable(
    [file],
    "The file cannot be read. Make it readable, or set SCALINGO_API_TOKEN and SCALINGO_REGION instead",
    Cause.fail(error)
  )

/** Something else is in the place of a file, or it is too large to be one of the command line. */
export const irregularFile = (file: string, expected: string): ConfigError.ConfigError =>
  ConfigError.InvalidData([file], `Expected ${expected}, such as \`scalingo login\` writes`)

/** The token in a file cannot be one. It is not shown. */
export const invalidToken = (file: string): ConfigError.ConfigError =>
  ConfigError.InvalidData(
    [file],
    "Expected an API token such as tk-us-…, in one line and without blanks. Sign in again with `scalingo login`"
  )

/** The path of the field that is not as expected. */
const fieldOf = (error: ParseResult.ParseError): string => {
  try {
    return ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path.join(".") ?? ""
  } catch {
    // The formatter writes the values too, and runs out of stack for deeply nested ones.
    return ""
  }
}

/** A file has unexpected content. The message names the field without its value, which may be the token. */
export const invalidFile = (file: string, error: ParseResult.ParseError): ConfigError.ConfigError => {
  const field = fieldOf(error)
  const where = field === "" ? "" : `, at ${field}`
  return ConfigError.InvalidData(
    [file],
    `The file of the Scalingo command line is not as expected${where}. Sign in again with \`scalingo login\``
  )
}
