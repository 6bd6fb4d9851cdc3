/**
 * The permit of an attempt, when the attempt is over.
 */
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Permit } from "../RateLimiter.js"
import type { TransportFailure } from "../Transport.js"
import { isSent } from "./transportError.js"

/** The place of a request that was not sent is free at once. */
export const endAttempt = (permit: Permit, exit: Exit.Exit<unknown, TransportFailure>): Effect.Effect<void> =>
  Exit.isFailure(exit) && Option.exists(Cause.failureOption(exit.cause), (failure) => !isSent(failure))
    ? permit.release
    : permit.complete
