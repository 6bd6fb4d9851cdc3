/**
 * Responses, and the errors that the API documents.
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { ErrorBody } from "../../schema/ErrorBody.js"

export type Response = HttpServerResponse.HttpServerResponse

/** Ends a handler with the response of an error. */
export class Refusal extends Data.TaggedError("Refusal")<{ readonly response: Response }> {}

export type Refused = Effect.Effect<never, Refusal>

/** JSON; 200 by default. */
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

/** No body; 204 by default. */
export const empty = (status = 204, headers?: { readonly [name: string]: string }): Response =>
  HttpServerResponse.empty({ status, ...(headers === undefined ? {} : { headers }) })

export const errorResponse = (status: number, body: ErrorBody): Response => json(body, status)

export const refuse = (status: number, body: ErrorBody): Refused =>
  Effect.fail(new Refusal({ response: errorResponse(status, body) }))

/** 400 */
export const badRequest = (error: string): Refused => refuse(400, { error })

/** 401 */
export const unauthorized = (error = "Invalid or expired credentials"): Refused => refuse(401, { error })

/** 402 */
export const paymentRequired = (error: string, url: string): Refused =>
  refuse(402, { error, url, name: "payment-method-required" })

/** 403 */
export const forbidden = (error: string, code = "forbidden"): Refused => refuse(403, { error, code })

/** 404: `notFound("app")`. */
export const notFound = (resource: string): Refused => refuse(404, { resource, error: "not found" })

/** 409 */
export const conflict = (error: string): Refused => refuse(409, { error })

/** 422: `invalid({ name: ["has already been taken"] })`. */
export const invalid = (errors: { readonly [field: string]: ReadonlyArray<string> }): Refused => refuse(422, { errors })

/** The bytes of the body. No handler returns a stream. */
export const bodyBytes = (response: Response): Uint8Array =>
  response.body._tag === "Uint8Array" ? response.body.body : new Uint8Array()
