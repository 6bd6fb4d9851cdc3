/**
 * What the errors of Node and of the system say.
 */
import * as Predicate from "effect/Predicate"

/** The code of the system, such as `ENOENT`, if there is one. */
export const codeOf = (error: unknown): string | undefined =>
  Predicate.hasProperty(error, "code") && typeof error.code === "string" ? error.code : undefined

/** The failure of several addresses of one host has a code and no message. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : codeOf(error) ?? "unknown error"
