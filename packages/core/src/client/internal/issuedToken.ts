/**
 * The decoder of a new bearer: its text, and its lifetime.
 */
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { lifeOf } from "../../internal/jwt.js"
import * as Decode from "../ResponseDecoder.js"
import type { IssuedToken } from "./tokenSource.js"

/** Whether a text can be sent in a header. */
export const isSendable = (secret: Redacted.Redacted): boolean => /^[\x21-\x7e]+$/.test(Redacted.value(secret))

/** Without the blanks and line ends around it, which a file or a variable may have. */
export const trimSecret = (secret: Redacted.Redacted): Redacted.Redacted => {
  const text = Redacted.value(secret)
  return text === text.trim() ? secret : Redacted.make(text.trim())
}

/** A bearer without a readable lifetime lives for `fallbackLife`. */
export const issuedToken = (
  decoder: Decode.ResponseDecoder<Redacted.Redacted>,
  fallbackLife: Duration.Duration
): Decode.ResponseDecoder<IssuedToken> =>
  Decode.transform(decoder, (token, response): Either.Either<IssuedToken, Decode.DecodeIssue> => {
    if (!isSendable(token)) {
      return Either.left({ path: "token", reason: "Expected a bearer that can be sent in a header", value: undefined })
    }
    const life = lifeOf(Redacted.value(token), response.headers["date"])
    return Either.right({ token, life: Option.getOrElse(life, () => fallbackLife) })
  })
