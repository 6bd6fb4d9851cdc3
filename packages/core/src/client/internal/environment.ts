/**
 * Reads values as people write them into environment variables.
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { invalidConfig } from "./configError.js"

/** How a kind of value is read, and what is expected of it, with a good value. */
export interface Reader<A> {
  readonly read: (text: string) => Option.Option<A>
  readonly expected: string
}

/** Written in full, or by their first letters: `s`, `sec`, `seconds`. */
const millisOfUnit = (unit: string): number | undefined =>
  /^(ms|millis|milliseconds?)$/.test(unit)
    ? 1
    : /^(s|secs?|seconds?)$/.test(unit)
    ? 1000
    : /^(m|mins?|minutes?)$/.test(unit)
    ? 60_000
    : /^(h|hrs?|hours?)$/.test(unit)
    ? 3_600_000
    : /^(d|days?)$/.test(unit)
    ? 86_400_000
    : undefined

const isoDuration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i

const parseDuration = (text: string): Option.Option<Duration.Duration> => {
  if (/^\d+(\.\d+)?$/.test(text)) return Option.some(Duration.seconds(Number(text)))
  const iso = isoDuration.exec(text)
  if (iso !== null && /\d/.test(text)) {
    const [days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0))
    return Option.some(Duration.seconds(((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!))
  }
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/i.test(text)) return Option.none()
  let millis = 0
  for (const [, amount, unit] of text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const factor = millisOfUnit(unit!)
    if (factor === undefined) return Duration.decodeUnknown(text)
    millis += Number(amount) * factor
  }
  return Option.some(Duration.millis(millis))
}

export const text: Reader<string> = { read: Option.some, expected: "text" }

/** A number without a unit is in seconds. */
export const duration: Reader<Duration.Duration> = {
  read: parseDuration,
  expected: "a duration such as 30s, 1m30s, \"30 seconds\" or PT30S; a number alone is in seconds"
}

export const integer = (expected: string): Reader<number> => ({
  read: (text) => /^[+-]?\d+$/.test(text) ? Option.some(Number(text)) : Option.none(),
  expected
})

export const boolean: Reader<boolean> = {
  read: (text) =>
    /^(true|yes|on|1)$/i.test(text)
      ? Option.some(true)
      : /^(false|no|off|0)$/i.test(text)
      ? Option.some(false)
      : Option.none(),
  expected: "true or false"
}

/** Separated by commas. */
export const names: Reader<ReadonlyArray<string>> = {
  read: (text) => Option.some(text.split(",").map((name) => name.trim()).filter((name) => name !== "")),
  expected: "names, separated by commas"
}

/** A value, and the name of the variable that it came from, for errors. */
export const withName = <A>(
  config: Config.Config<A>
): Effect.Effect<{ readonly name: string | undefined; readonly value: A }, ConfigError.ConfigError> =>
  Effect.configProviderWith((provider) => {
    let name: string | undefined
    const flat = provider.flattened
    const recording = ConfigProvider.fromFlat({
      ...flat,
      load: (path, primitive, split) =>
        Effect.tap(flat.load(path, primitive, split), () => {
          name = path.join(".")
        })
    })
    return Effect.map(recording.load(config), (value) => ({ name, value }))
  })

/** A variable that may be unset. An empty one counts as unset, as in `SCALINGO_REGION= command`. */
export const optional = <A>(
  name: string,
  { expected, read }: Reader<A>
): Effect.Effect<A | undefined, ConfigError.ConfigError> =>
  Effect.flatMap(Config.option(Config.string(name)), (found) => {
    const text = Option.getOrElse(found, () => "").trim()
    if (text === "") return Effect.succeed(undefined)
    return Option.match(read(text), {
      onNone: () => Effect.fail(invalidConfig(name, expected)),
      onSome: Effect.succeed
    })
  })
