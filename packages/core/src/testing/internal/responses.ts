/**
 * Answers, and refusals as the API documents them.
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

export type Response = HttpServerResponse.HttpServerResponse

/** A request that is not done; it ends the handler. */
export class Refusal extends Data.TaggedError("Refusal")<{ readonly response: Response }> {}

export type Refused = Effect.Effect<never, Refusal>

/** JSON, 200 unless told otherwise. */
export const json = (body: unknown, status = 200, headers?: { readonly [name: string]: string }): Response =>
  HttpServerResponse.text(JSON.stringify(body), {
    status,
    contentType: "application/json; charset=utf-8",
    ...(headers === undefined ? {} : { headers })
  })

export const text = (body: string, status = 200, headers?: { readonly [name: string]: string }): Response =>
  HttpServerResponse.text(body, {
    status,
    contentType: "text/plain; charset=utf-8",
    ...(headers === undefined ? {} : { headers })
  })

/** No body, 204 unless told otherwise. */
export const empty = (status = 204, headers?: { readonly [name: string]: string }): Response =>
  HttpServerResponse.empty({ status, ...(headers === undefined ? {} : { headers }) })

export const refuse = (response: Response): Refused => Effect.fail(new Refusal({ response }))

/** 400 */
export const badRequest = (error: string): Refused => refuse(json({ error }, 400))

/** 401 */
export const unauthorized = (error = "Invalid or expired credentials"): Refused => refuse(json({ error }, 401))

/** 402 */
export const paymentRequired = (error: string, url: string, name = "payment-method-required"): Refused =>
  refuse(json({ error, url, name }, 402))

/** 403 */
export const forbidden = (error: string, code = "forbidden"): Refused => refuse(json({ error, code }, 403))

/** 404: `notFound("app")`. */
export const notFound = (resource: string): Refused => refuse(json({ resource, error: "not found" }, 404))

/** 409 */
export const conflict = (error: string): Refused => refuse(json({ error }, 409))

/** 422: `invalid({ name: ["has already been taken"] })`. */
export const invalid = (errors: { readonly [field: string]: ReadonlyArray<string> }): Refused =>
  refuse(json({ errors }, 422))
