/**
 * What all waits have in common: their options, and the error after their timeout.
 *
 * A wait is called `await`, or `awaitX` where a service has several things to await. It takes what the service's `get`
 * takes, in the same order, and then {@link WaitOptions}. It fails with `ScalingoError`, with the failure of what is
 * awaited (`OperationFailed`, `DeploymentFailed` …), and with {@link WaitTimeout}. `WaitError` has all these errors.
 *
 * It polls at once, then after 1 s, 1.5 s … up to every 10 s, with 20 % jitter: one request at a time, with the lowest
 * priority at the rate limiter. It ignores transient failures (network, throttling, 5xx); any other failure ends it.
 *
 * From three waits on, those that one list request tells of share it: the operations of all apps of a region, the addons,
 * domains, review apps or (without WebSockets) deployments of an app, and the dedicated databases of a region. What the
 * list shows as busy is not read, except once a minute. Anything else is read, since a list may lag or say nothing, and
 * only what was read ends a wait. For operations, the first list is sent when they are expected to end, by the last ones
 * of their type. In a batch of 200 restarts, the waits cost hardly more than one request for each app.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { errorClass } from "../internal/errorClass.js"
import { lazy } from "../internal/lazySchema.js"
import type { Codec, DurationInput } from "../schema/ScalingoSchema.js"
import { because } from "./internal/because.js"
import { ScalingoError } from "./ScalingoError.js"

/**
 * Options of a wait.
 *
 * @category models
 */
export interface WaitOptions {
  /**
   * The time limit of the whole wait. The wait then fails with `WaitTimeout`. 15 minutes by default, longer for backups
   * (30 minutes) and for databases with dedicated resources (40 minutes).
   */
  readonly timeout?: DurationInput | undefined
}

/** Encodes to plain JSON, without the values of secrets, whatever the state is. */
const LastState: Codec<unknown> = lazy(() =>
  Schema.transform(Schema.Unknown, Schema.Unknown, {
    strict: true,
    decode: (value) => value,
    encode: (value): unknown => value === undefined ? undefined : JSON.parse(JSON.stringify(value))
  })
)

/**
 * The timeout of a wait is over. What was awaited goes on, and can be awaited again.
 *
 * The type parameter is the type of `last`: `deployments.await` fails with a `WaitTimeout<Deployment>`.
 *
 * @category errors
 */
export class WaitTimeout<out A = unknown>
  extends errorClass(() =>
    Schema.TaggedError<WaitTimeout>("@effect-scalingo/core/WaitTimeout")(
      "WaitTimeout",
      {
        /** What was awaited: `operation 54… of the app my-app`. */
        subject: Schema.String,
        /** The timeout. */
        timeout: Schema.Duration,
        /** The last known status. */
        status: Schema.optional(Schema.String),
        /**
         * The last known state of what was awaited. Encoded, it is plain JSON without the values of secrets, and stays so
         * when it is decoded again.
         */
        last: Schema.optional(LastState),
        /** What is missing for the wait to succeed, if it is known: a DNS record, for example. */
        missing: Schema.optional(Schema.String),
        /** The failure of the last poll, if it failed. */
        lastFailure: Schema.optional(ScalingoError)
      }
    )
  )
{
  declare readonly last?: A
  override get message(): string {
    const seen = this.status === undefined ? "its state was never seen" : `its status was ${this.status}`
    const missing = this.missing === undefined ? "" : `. ${this.missing}`
    return `Waited ${Duration.format(this.timeout)} for ${this.subject}; ${seen}${missing}${
      because(this.lastFailure?.message)
    }`
  }
}
