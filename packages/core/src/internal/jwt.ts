/**
 * The lifetime of a bearer, read from its claims without verification: only the server verifies.
 */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { lazy } from "./lazySchema.js"

const Claims = lazy(() =>
  Schema.parseJson(Schema.Struct({
    exp: Schema.Number,
    iat: Schema.optional(Schema.Number)
  }))
)

const decodeClaims = (text: string) => Schema.decodeUnknownOption(Claims)(text)

/**
 * `exp - iat`, both by the server's clock. Without `iat`, the response's `Date` counts as the time of issue. `None`
 * when the lifetime cannot be computed.
 */
export const lifeOf = (jwt: string, dateHeader: string | undefined): Option.Option<Duration.Duration> =>
  Option.fromNullable(jwt.split(".")[1]).pipe(
    Option.flatMap((part) => Either.getRight(Encoding.decodeBase64UrlString(part))),
    Option.flatMap(decodeClaims),
    Option.map(({ exp, iat }) => (exp - (iat ?? Date.parse(dateHeader ?? "") / 1000)) * 1000),
    Option.filter((millis) => Number.isFinite(millis) && millis > 0),
    Option.map(Duration.millis)
  )
