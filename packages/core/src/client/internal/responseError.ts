/**
 * The typed error of a response that is not a success, whatever its body is.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { parseJsonOrUndefined } from "../../internal/json.js"
import {
  redactBody,
  redactFields,
  redactJson,
  redactText,
  safeRequestId,
  secretsOfUrl,
  withheld
} from "../../internal/redaction.js"
import type { RawResponse } from "../ResponseDecoder.js"
import {
  BadRequest,
  Conflict,
  Forbidden,
  NotFound,
  OtpRequired,
  PaymentRequired,
  RateLimited,
  type RequestContext,
  type ScalingoError,
  ServerError,
  Unauthorized,
  UnexpectedStatus,
  Unprocessable
} from "../ScalingoError.js"

const reasons: { readonly [status: number]: string } = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  422: "Unprocessable",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout"
}

const asRecord = (value: unknown): { readonly [key: string]: unknown } => Predicate.isReadonlyRecord(value) ? value : {}

/** Messages are in lists of lists at most. */
const maxDepth = 4

const texts = (value: unknown, depth = 0): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : Array.isArray(value) && depth < maxDepth
    ? value.flatMap((item) => texts(item, depth + 1))
    : value === null || value === undefined
    ? []
    : [redactJson(value)]

/**
 * Endpoints whose responses carry credentials: tokens, variables, recovery codes, URLs that work without a bearer, and
 * the passwords of database users.
 */
const credentialEndpoints: ReadonlyArray<RegExp> = [
  /^(?:POST|PUT|PATCH) \/tokens(?:\/|$)/,
  /\/(?:token|sso|reset_password|logs|logs_archives|archive|download)$/,
  /\/variables(?:\/|$)/,
  /^\S+ \/client\/tfa(?:\/|$)/,
  /^\S+ \/sources$/,
  /^(?:POST|PUT|PATCH) .*\/databases\/[^/]+\/users(?:\/|$)/,
  /^(?:POST|PUT|PATCH) \/scm_integrations$/
]

/** Whether nothing of a response's body may be shown: in another form than usual, no field tells the secrets apart. */
export const carriesCredentials = (method: string, path: string): boolean => {
  const request = `${method} /${path.replace(/^\/+|\/+$/g, "")}`
  return credentialEndpoints.some((form) => form.test(request))
}

/** The body as an error shows it: with its secrets replaced, or not at all. An empty body is shown as such. */
export const shownBody = (
  text: string,
  json: unknown,
  known: ReadonlyArray<string>,
  withholdBody: boolean
): string => withholdBody && text.trim() !== "" ? withheld : redactBody(text, json, known)

/** The parts of a body that are messages: texts, and texts by field. */
const onlyMessages = (json: unknown): { readonly [key: string]: unknown } => {
  const { code, error, errors, message, resource } = asRecord(json)
  const isMessage = (value: unknown): boolean =>
    typeof value === "string" ||
    (Array.isArray(value) && value.flat(maxDepth).every((text) => typeof text === "string"))
  const fields = Predicate.isReadonlyRecord(errors)
    ? Object.fromEntries(Object.entries(errors).filter(([, messages]) => isMessage(messages)))
    : isMessage(errors)
    ? errors
    : undefined
  const kept = Object.entries({ error, message }).filter(([, value]) => typeof value === "string")
  const names = Object.entries({ code, resource }).filter(([, value]) =>
    typeof value === "string" && /^[a-z]{1,20}(?:[_ ][a-z]{1,20}){0,3}$/.test(value)
  )
  return { ...Object.fromEntries([...kept, ...names]), ...(fields === undefined ? {} : { errors: fields }) }
}

/**
 * Field errors have three forms on the wire: `{field: [text]}`, `{field: [[text]]}`, and a single text under `error`,
 * which goes to `base`.
 */
const fieldErrors = (body: { readonly [key: string]: unknown }): { [field: string]: ReadonlyArray<string> } => {
  const { errors } = body
  if (Predicate.isReadonlyRecord(errors)) {
    return Object.fromEntries(Object.entries(errors).map(([field, messages]) => [field, texts(messages)]))
  }
  const base = [...texts(errors), ...texts(body["error"])]
  return base.length === 0 ? {} : { base }
}

const looksLikeMarkup = (text: string) => /^\s*</.test(text)

/** One line that says what went wrong: the message in the body, else the name of the status. */
const describe = (response: RawResponse, json: unknown, known: ReadonlyArray<string>): string => {
  const fallback = reasons[response.status] ?? `status ${response.status}`
  const body = asRecord(json)
  const fields = Object.entries(fieldErrors(body))
  const message = texts(body["error"])[0] ?? texts(body["message"])[0] ??
    (fields.length > 0
      ? fields.map(([field, messages]) => `${field}: ${messages.join(", ")}`).join("; ")
      : undefined) ??
    (json === undefined && !looksLikeMarkup(response.text) ? redactFields(response.text) : undefined) ?? ""
  // Some messages of the platform contain the two characters "\n".
  const line = redactText(message, known).replace(/\\n|\s+/g, " ").trim()
  return line === "" ? fallback : line.length > 500 ? `${line.slice(0, 500)}…` : line
}

const withText = <K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } =>
  value === undefined ? {} : { [key]: value } as { readonly [P in K]?: string }

/** The three forms of a date in HTTP. `Date.parse` alone would take `-5` and `1, 2` for dates as well. */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2} [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [\d ]\d [\d:]{8} \d{4})$/

/**
 * `Retry-After`: `retry-after-ms`, seconds with or without a fraction, or a date, which is compared with the server's
 * own clock.
 */
export const parseRetryAfter = (
  headers: { readonly [name: string]: string | undefined },
  nowMillis: number
): Duration.Duration | undefined => {
  const millis = headers["retry-after-ms"]?.trim()
  if (millis !== undefined && /^\d+(\.\d+)?$/.test(millis)) return Duration.millis(Number(millis))
  const value = headers["retry-after"]?.trim()
  if (value === undefined || value === "") return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Duration.seconds(Number(value))
  const date = httpDate.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(date)) return undefined
  const serverNow = Date.parse(headers["date"] ?? "")
  return Duration.millis(Math.max(0, date - (Number.isNaN(serverNow) ? nowMillis : serverNow)))
}

/**
 * The wait without `Retry-After`: until the next full minute by the server's clock, at least a second, plus up to two.
 * A minute at most, since every window of the platform has passed by then.
 */
const untilNextMinute = (
  headers: { readonly [name: string]: string | undefined },
  nowMillis: number,
  random: number
): Duration.Duration => {
  const date = Date.parse(headers["date"] ?? "")
  const now = Number.isNaN(date) ? nowMillis : date
  return Duration.millis(Math.min(60_000, Math.max(1000, 60_000 - now % 60_000) + Math.round(random * 2000)))
}

/**
 * Whether a response is about the token: 401, or the 400 `{"error":"unauthorized"}` that the database API has in its
 * place.
 */
export const isTokenRefused = ({ status, text }: RawResponse, isDatabaseApi: boolean): boolean => {
  if (status === 401) return true
  if (!isDatabaseApi || status !== 400) return false
  const { error } = asRecord(parseJsonOrUndefined(text))
  return typeof error === "string" && error.trim().toLowerCase() === "unauthorized"
}

/** A redirect may lead to a pre-signed URL, where any parameter may be the permission. */
const secretsOfRedirect = ({ headers: { location }, status }: RawResponse): ReadonlyArray<string> =>
  status < 300 || status >= 400 || location === undefined || !URL.canParse(location)
    ? []
    : [...secretsOfUrl(location), ...new URL(location).searchParams.values()]

/**
 * The error of a response. `known` are texts that must not be shown: the bearer, the secrets of the request.
 */
export const toResponseError = (
  context: RequestContext,
  response: RawResponse,
  options: {
    readonly known: ReadonlyArray<string>
    readonly nowMillis: number
    readonly random: number
    /** Shows the messages of the body, but not the body: it may carry credentials. */
    readonly withholdBody?: boolean | undefined
    readonly isDatabaseApi?: boolean | undefined
  }
): ScalingoError => {
  const redirectSecrets = secretsOfRedirect(response)
  // The same list is searched for faster: what is made of its secrets is kept with it.
  const known = redirectSecrets.length === 0 ? options.known : [...options.known, ...redirectSecrets]
  const withholdBody = options.withholdBody === true
  const parsed = parseJsonOrUndefined(response.text)
  const json = withholdBody && response.text.trim() !== "" ? onlyMessages(parsed) : parsed
  const object = asRecord(json)
  const body = shownBody(response.text, json, known, withholdBody)
  const detail = describe(response, json, known)
  const requestId = safeRequestId(context.requestId, known) ?? "none"
  const common = { ...context, requestId, status: response.status, detail, body }
  const textOf = (field: string): string | undefined => {
    const value = object[field]
    return typeof value === "string" && value !== "" ? redactText(value, known) : undefined
  }
  switch (response.status) {
    case 400:
      if (isTokenRefused(response, options.isDatabaseApi === true)) return new Unauthorized(common)
      return new BadRequest({ ...common, ...withText("code", textOf("code")) })
    case 401:
      return new Unauthorized(common)
    case 402:
      return new PaymentRequired({
        ...common,
        ...withText("code", textOf("name")),
        ...withText("paymentUrl", textOf("url"))
      })
    case 403:
      return new Forbidden({ ...common, ...withText("code", textOf("code")) })
    case 404:
      return new NotFound({ ...common, ...withText("resource", textOf("resource")) })
    case 409:
      return new Conflict(common)
    case 422:
      return new Unprocessable({
        ...common,
        errors: Object.fromEntries(
          Object.entries(fieldErrors(object)).map(([field, messages]) => [
            redactText(field, known),
            messages.map((message) => redactText(message, known))
          ])
        )
      })
    case 429:
      return new RateLimited({
        ...common,
        retryAfter: parseRetryAfter(response.headers, options.nowMillis) ??
          untilNextMinute(response.headers, options.nowMillis, options.random)
      })
    default: {
      if (response.status < 500) return new UnexpectedStatus(common)
      const retryAfter = parseRetryAfter(response.headers, options.nowMillis)
      return new ServerError(retryAfter === undefined ? common : { ...common, retryAfter })
    }
  }
}

/**
 * Turns the 401 that asks for a one-time password into `OtpRequired`. Only its text differs from that of a wrong login.
 */
export const orOtpRequired = <A>(
  signIn: Effect.Effect<A, ScalingoError>
): Effect.Effect<A, ScalingoError | OtpRequired> =>
  Effect.catchTag(
    signIn,
    "Unauthorized",
    (error): Effect.Effect<never, ScalingoError | OtpRequired> =>
      /^otp required$/i.test(error.detail.trim())
        ? new OtpRequired({
          endpoint: error.endpoint,
          method: error.method,
          url: error.url,
          requestId: error.requestId,
          attempts: error.attempts,
          elapsed: error.elapsed,
          status: error.status,
          detail: error.detail,
          body: error.body
        })
        : error
  )
