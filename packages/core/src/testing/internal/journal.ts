/**
 * What is recorded of requests: the log, and the changes, which are requests with all that is needed to make them again.
 */
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type { Position } from "./ids.js"

/** A request that has arrived. */
export interface RequestLogEntry {
  /** Milliseconds of the Clock. */
  readonly time: number
  readonly method: string
  /** `regional`, `auth`, `database`, `billing`, or a service behind pre-signed URLs. */
  readonly api: string
  readonly region: string | undefined
  /** As the API documents it, without `/v1`. */
  readonly path: string
  readonly query: { readonly [name: string]: string }
  readonly headers: { readonly [name: string]: string }
  readonly requestId: string
  /** `undefined` when the connection broke before the response. */
  status: number | undefined
}

/** A request that has changed the state, with all that is needed to make it again: also its credentials. */
export interface Change {
  /** Milliseconds of the Clock. */
  readonly at: number
  readonly method: string
  /** A canonical path, with its query. */
  readonly url: string
  /** With the credentials of the request. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  readonly status: number
  /** Where the sequence of ids was before and after the request. */
  readonly ids: readonly [before: Position, after: Position]
}

/** The headers that routes read. */
const keptHeaders = ["authorization", "content-type", "x-authorization-otp", "x-dry-run"]

export const keepHeaders = (headers: { readonly [name: string]: string | undefined }) =>
  Object.fromEntries(keptHeaders.flatMap((name) => headers[name] === undefined ? [] : [[name, headers[name]]]))

/** Whether a request may change the state of one of the APIs. Uploads and terminals do not count. */
export const mayChange = (api: string, method: HttpServerRequest.HttpServerRequest["method"]): boolean =>
  ["regional", "auth", "database", "billing"].includes(api) && ["POST", "PUT", "PATCH", "DELETE"].includes(method)
