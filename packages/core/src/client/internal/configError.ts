/**
 * The only place that builds a `ConfigError`, whose form Effect 4 changes.
 */
import * as ConfigError from "effect/ConfigError"

/** A wrong value. `key` is the option or the variable. */
export const invalidConfig = (key: string, expected: string): ConfigError.ConfigError =>
  ConfigError.InvalidData([key], `Expected ${expected}`)

/** Names a wrong value by another key: the variable instead of the option. */
export const renameInvalid = (
  error: ConfigError.ConfigError,
  rename: (key: string) => string | undefined
): ConfigError.ConfigError => {
  if (!ConfigError.isInvalidData(error)) return error
  const key = rename(error.path.join("."))
  return key === undefined ? error : ConfigError.InvalidData([key], error.message)
}

/** The first variable that an error is about. */
export const nameOf = (error: ConfigError.ConfigError): string =>
  ConfigError.isOr(error) || ConfigError.isAnd(error)
    ? nameOf(error.left)
    : "path" in error
    ? error.path.join(".")
    : ""

/** There is no API token. The message is the same in every package. */
export const missingApiToken = (name: string): ConfigError.ConfigError =>
  ConfigError.MissingData(
    [name],
    `There is no API token. Set ${name} to one from the dashboard (your profile, API tokens). NodeScalingo.layerConfig also takes the one of \`scalingo login\``
  )
