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

/** Effect's own messages end in the value, which may be a secret in the wrong place. */
export const withoutValue = (error: ConfigError.ConfigError): ConfigError.ConfigError =>
  ConfigError.isInvalidData(error)
    ? ConfigError.InvalidData(error.path, error.message.replace(/,? but received [\s\S]*$/, ""))
    : error
