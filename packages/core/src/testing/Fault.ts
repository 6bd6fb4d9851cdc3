/**
 * What can go wrong on purpose: a rule says which requests it is about, and what happens to them.
 *
 * ```ts
 * sandbox.inject({ on: { method: "GET", path: "/apps/:app" }, fault: Fault.status(503), times: 2 })
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

/**
 * Which requests a rule is about; what is left out does not matter.
 *
 * @category models
 */
export interface Match {
  /** `regional`, `auth`, `database`, `billing`, or one of the services behind pre-signed URLs: `logs`, `storage`… */
  readonly api?: string | undefined
  readonly method?: string | undefined
  readonly region?: string | undefined
  /**
   * The path as the API documents it, without `/v1`: a template such as `/apps/:app/restart`, where `*` at the end
   * stands for any rest; a regular expression; or a function.
   */
  readonly path?: string | RegExp | ((path: string) => boolean) | undefined
  /** Anything else: headers, the query. */
  readonly where?: ((request: Seen) => boolean) | undefined
}

/**
 * What a rule may look at.
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
 * Something that happens to a request instead of, or beside, its answer.
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

/**
 * Requests, what happens to them, and how often.
 *
 * @category models
 */
export interface Rule {
  /** All requests, when left out. */
  readonly on?: Match | undefined
  readonly fault: Fault
  /** How many of the requests it happens to, 1 by default; `Infinity` for all. */
  readonly times?: number | undefined
  /** How many of the requests are left alone before, 0 by default. */
  readonly after?: number | undefined
}

/**
 * Answers with a status, and nothing is done. The body is JSON, or text as it stands.
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
 * Does what was asked, and answers later.
 *
 * @category constructors
 */
export const delay = (duration: Duration.DurationInput): Fault => ({
  _tag: "Delay",
  milliseconds: Duration.toMillis(duration)
})

/**
 * Does what was asked; of the answer's body only the first part comes, as if that were all of it. `keep` is the part,
 * from 0 to 1.
 *
 * @category constructors
 */
export const truncated = (keep = 0.5): Fault => ({ _tag: "Truncate", keep })

/**
 * Does what was asked; the connection breaks while the answer's body is being read.
 *
 * @category constructors
 */
export const brokenBody = (keep = 0.5): Fault => ({ _tag: "BreakBody", keep })

/**
 * Answers with an HTML page, as a proxy does, and nothing is done.
 *
 * @category constructors
 */
export const garbage = (status: number = 502): Fault => ({ _tag: "Garbage", status })

/**
 * Does what was asked, and answers with the right status and no body.
 *
 * @category constructors
 */
export const emptyBody: Fault = { _tag: "EmptyBody" }

/**
 * Does what was asked, and calls the answer something else.
 *
 * @category constructors
 */
export const contentType = (contentType = "text/html"): Fault => ({ _tag: "ContentType", contentType })

/**
 * The connection is reset before anything is done.
 *
 * @category constructors
 */
export const reset: Fault = { _tag: "Reset", done: false }

/**
 * What was asked is done, then the connection is reset: the answer is lost.
 *
 * @category constructors
 */
export const lostResponse: Fault = { _tag: "Reset", done: true }

/**
 * The request is never sent: the connection is refused (`ECONNREFUSED`), or the name not found (`ENOTFOUND`). On a
 * real server, where the request is already there, it is a reset.
 *
 * @category constructors
 */
export const neverSent = (code = "ECONNREFUSED"): Fault => ({ _tag: "NeverSent", code })

/**
 * Answers 429 with the text `Retry later`, and `Retry-After` when given: seconds, or any text.
 *
 * @category constructors
 */
export const throttled = (retryAfter?: number | string): Fault => ({
  _tag: "Throttle",
  retryAfter: retryAfter === undefined ? undefined : String(retryAfter)
})

/**
 * The bearer of the request has just expired: 401 now and for every later request with it.
 *
 * @category constructors
 */
export const expiredBearer: Fault = { _tag: "ExpireBearer" }
