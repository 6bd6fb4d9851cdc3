/**
 * Faults: a rule selects requests, and says what goes wrong with them.
 *
 * ```ts
 * sandbox.inject({ on: { method: "GET", path: "/apps/:app" }, fault: Fault.status(503), times: 2 })
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

/**
 * Selects requests. A field that is left out matches every request.
 *
 * @category models
 */
export interface Match {
  /** `regional`, `auth`, `database`, `billing`, or a service behind pre-signed URLs: `logs`, `storage`… */
  readonly api?: string | undefined
  readonly method?: string | undefined
  readonly region?: string | undefined
  /**
   * The path as the API documents it, without `/v1`: a template such as `/apps/:app/restart`, where `*` at the end
   * matches the rest; a regular expression; or a function.
   */
  readonly path?: string | RegExp | ((path: string) => boolean) | undefined
  /** Any other condition, for example on headers or the query. */
  readonly where?: ((request: Seen) => boolean) | undefined
}

/**
 * A request, as a rule sees it.
 *
 * @category models
 */
export interface Seen {
  readonly api: string
  readonly method: string
  readonly region: string | undefined
  readonly path: string
  readonly query: URLSearchParams
  readonly header: (name: string) => string | undefined
}

/**
 * What goes wrong with a request.
 *
 * @category models
 */
export type Fault =
  | {
    readonly _tag: "Respond"
    readonly status: number
    readonly body: string
    readonly contentType: string | undefined
    readonly headers: { readonly [name: string]: string }
  }
  | { readonly _tag: "Delay"; readonly milliseconds: number }
  | { readonly _tag: "Truncate"; readonly keep: number }
  | { readonly _tag: "BreakBody"; readonly keep: number }
  | { readonly _tag: "Garbage"; readonly status: number }
  | { readonly _tag: "EmptyBody" }
  | { readonly _tag: "ContentType"; readonly contentType: string }
  | { readonly _tag: "Reset"; readonly done: boolean }
  | { readonly _tag: "NeverSent"; readonly code: string }
  | { readonly _tag: "Throttle"; readonly retryAfter: string | undefined }
  | { readonly _tag: "ExpireBearer" }
  | { readonly _tag: "ExpireUrl" }
  | { readonly _tag: "CutSocket"; readonly after: number; readonly at: "between" | "frame" | "character" }
  | { readonly _tag: "CutConnection"; readonly after: number }
  | { readonly _tag: "Silence" }
  | { readonly _tag: "NoPings" }
  | { readonly _tag: "RefuseFirstFrame" }
  | { readonly _tag: "Redirect"; readonly status: 301 | 302 | 303 | 307 | 308 }

/**
 * A fault, the requests that it applies to, and how often.
 *
 * @category models
 */
export interface Rule {
  /** Default: every request. */
  readonly on?: Match | undefined
  readonly fault: Fault
  /** How many of the requests get the fault. Default 1; `Infinity` for all. */
  readonly times?: number | undefined
  /** How many of the requests are left alone first. Default 0. */
  readonly after?: number | undefined
}

/**
 * Responds with a status, and does not run the request. A string is sent as text, any other body as JSON.
 *
 * @category constructors
 */
export const status = (
  status: number,
  body: unknown = { error: `injected ${status}` },
  headers: { readonly [name: string]: string } = {}
): Fault => ({
  _tag: "Respond",
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
  contentType: typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
  headers
})

/**
 * Runs the request, and responds after a delay.
 *
 * @category constructors
 */
export const delay = (duration: Duration.DurationInput): Fault => ({
  _tag: "Delay",
  milliseconds: Duration.toMillis(duration)
})

/**
 * Runs the request, and responds with the first part of the body as if it were the whole. `keep` is that part, from 0
 * to 1.
 *
 * @category constructors
 */
export const truncated = (keep = 0.5): Fault => ({ _tag: "Truncate", keep })

/**
 * Runs the request, and breaks the connection while the body of the response is being read.
 *
 * @category constructors
 */
export const brokenBody = (keep = 0.5): Fault => ({ _tag: "BreakBody", keep })

/**
 * Responds with an HTML page, as a proxy does, and does not run the request.
 *
 * @category constructors
 */
export const garbage = (status: number = 502): Fault => ({ _tag: "Garbage", status })

/**
 * Runs the request, and responds with the right status and no body.
 *
 * @category constructors
 */
export const emptyBody: Fault = { _tag: "EmptyBody" }

/**
 * Runs the request, and responds with another content type.
 *
 * @category constructors
 */
export const contentType = (contentType = "text/html"): Fault => ({ _tag: "ContentType", contentType })

/**
 * Resets the connection before the request runs.
 *
 * @category constructors
 */
export const reset: Fault = { _tag: "Reset", done: false }

/**
 * Runs the request, then resets the connection: the response is lost.
 *
 * @category constructors
 */
export const lostResponse: Fault = { _tag: "Reset", done: true }

/**
 * Fails before the request is sent: the connection is refused (`ECONNREFUSED`), or the name is not found
 * (`ENOTFOUND`). A server has already received the request, and resets the connection instead.
 *
 * @category constructors
 */
export const neverSent = (code = "ECONNREFUSED"): Fault => ({ _tag: "NeverSent", code })

/**
 * Responds 429 with the text `Retry later`, and with `Retry-After` when it is given: seconds, or any text. The request
 * counts against the rate limit of the sandbox, as with any other fault.
 *
 * @category constructors
 */
export const throttled = (retryAfter?: number | string): Fault => ({
  _tag: "Throttle",
  retryAfter: retryAfter === undefined ? undefined : String(retryAfter)
})

/**
 * Expires the bearer of the request: 401 now, and for every later request with it. The database API refuses the token
 * of an addon with 400 `unauthorized` instead.
 *
 * @category constructors
 */
export const expiredBearer: Fault = { _tag: "ExpireBearer" }

/**
 * Expires the token in the pre-signed URL of the request: 401 now, and for every later request with it.
 *
 * @category constructors
 */
export const expiredUrl: Fault = { _tag: "ExpireUrl" }

/**
 * Opens the WebSocket or the event stream, and cuts the connection after so many frames: between two frames, in the
 * middle of the next one (`"frame"`), or in the middle of a UTF-8 character of the next one (`"character"`). Like the
 * faults below, it does nothing to other requests.
 *
 * @category constructors
 */
export const cutSocket = (after = 1, at: "between" | "frame" | "character" = "between"): Fault => ({
  _tag: "CutSocket",
  after,
  at
})

/**
 * Opens the connection of a one-off, and cuts it after so many bytes to the client: what comes behind them is lost.
 *
 * @category constructors
 */
export const cutConnection = (after: number): Fault => ({ _tag: "CutConnection", after })

/**
 * Opens the WebSocket, the event stream or the connection, and then sends nothing, not even a ping.
 *
 * @category constructors
 */
export const silence: Fault = { _tag: "Silence" }

/**
 * Sends no pings, so that an app that logs nothing is silent.
 *
 * @category constructors
 */
export const noPings: Fault = { _tag: "NoPings" }

/**
 * Closes the WebSocket at the first frame of the client, as for a wrong bearer. To refuse the upgrade, use
 * {@link status}.
 *
 * @category constructors
 */
export const firstFrameRefused: Fault = { _tag: "RefuseFirstFrame" }

/**
 * Redirects to the same URL, and does not run the request. 307 and 308 keep the method and the body.
 *
 * @category constructors
 */
export const redirected = (status: 301 | 302 | 303 | 307 | 308 = 307): Fault => ({ _tag: "Redirect", status })
