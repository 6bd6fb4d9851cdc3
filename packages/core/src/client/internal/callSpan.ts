/**
 * The span of one call, with OpenTelemetry's attributes for HTTP clients.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as Tracer from "effect/Tracer"
import type { ScalingoError } from "../ScalingoError.js"

/** Every program has this tracer. It keeps its spans to itself, so only errors and log lines below them show one. */
const defaultTracer = Context.get(DefaultServices.liveServices, Tracer.Tracer)

/** Whether anybody can see a span: a span costs more than the rest of a call. */
const isObserved = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  (fiber.currentSpan !== undefined || fiber.currentTracer !== defaultTracer) &&
  fiber.getFiberRef(FiberRef.currentTracerEnabled)

/**
 * Runs a call, in a span when somebody looks: below a span of the caller, or with another tracer than the default one.
 *
 * Effect prints the spans that an error has failed in. The error of a call names the call itself, and several callers may
 * share it (that of a sign-in), so it fails once more in the caller's own span.
 */
export const withCallSpan = <A, R>(
  name: string,
  call: (
    span: Tracer.Span | undefined,
    fiber: Fiber.RuntimeFiber<unknown, unknown>
  ) => Effect.Effect<A, ScalingoError, R>
): Effect.Effect<A, ScalingoError, R> =>
  Effect.catchAllCause(
    Effect.withFiberRuntime<A, ScalingoError, R>((fiber) => {
      if (!isObserved(fiber)) return call(undefined, fiber)
      return Effect.useSpan(`Scalingo.${name}`, { kind: "client", captureStackTrace: false }, (span) =>
        // A span that is open when its callback throws would never end.
        Effect.suspend(() => call(span, fiber)).pipe(
          Effect.tapError((error) => Effect.sync(() => span.attribute("error.type", error._tag))),
          Effect.withParentSpan(span)
        ) as Effect.Effect<A, ScalingoError, R>)
    }),
    // `catchAll` would take a step of every call that succeeds.
    (cause) =>
      Either.match(Cause.failureOrCause(cause), {
        onLeft: (error) => Effect.fail(Cause.originalError(error)),
        onRight: Effect.failCause
      })
  )

/** The attributes that are known before the first attempt. */
export const describeRequest = (
  span: Tracer.Span,
  { method, shownUrl, url }: {
    readonly method: string
    readonly url: string
    /** The URL without its secrets. */
    readonly shownUrl: string
  }
): void => {
  const { hostname, port, protocol } = new URL(url)
  span.attribute("http.request.method", method)
  span.attribute("url.full", shownUrl)
  span.attribute("server.address", hostname)
  span.attribute("server.port", port === "" ? (protocol === "https:" ? 443 : 80) : Number(port))
}

/** The attributes that are known when the call is over. `status` is that of the last attempt, if it had a response. */
export const describeResult = (
  span: Tracer.Span,
  { attempts, status }: { readonly attempts: number; readonly status: number | undefined }
): void => {
  span.attribute("scalingo.attempts", attempts)
  if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
  if (status !== undefined) span.attribute("http.response.status_code", status)
}
