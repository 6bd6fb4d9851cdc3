/**
 * The options of the sandbox and their defaults.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { Change, RequestLogEntry } from "./journal.js"

export interface SandboxOptions {
  /** Requests of an account in a window, over all APIs and regions, token exchanges included. Default 60. */
  readonly requestLimit?: number | "unlimited" | undefined
  /** Default 60 seconds. */
  readonly limitWindow?: Duration.DurationInput | undefined
  /** Whether a 429 has `Retry-After`. Default `false`: the platform is not known to send it. */
  readonly retryAfter?: boolean | undefined
  /** How long a bearer is valid. Default one hour. */
  readonly bearerLife?: Duration.DurationInput | undefined
  /** How long restarts, scalings and provisionings take. Default 20 seconds. */
  readonly operationDuration?: Duration.DurationInput | undefined
  /** How long deployments take. Default 90 seconds. */
  readonly deploymentDuration?: Duration.DurationInput | undefined
  /**
   * How often a running container writes a line to the logs, give or take a fifth; `"never"` for apps that write none
   * by themselves. Default 5 seconds.
   */
  readonly logInterval?: Duration.DurationInput | "never" | undefined
  /** How long the URL of logs is valid. Default: for ever. */
  readonly logsTokenLife?: Duration.DurationInput | undefined
  /** How long every response takes. Default 0. */
  readonly latency?: Duration.DurationInput | undefined
  /**
   * `next_page` on the last page: `null` as documented, or the number of the last page, as in services built on the
   * platform's own paginator. Default `null`.
   */
  readonly lastPage?: "null" | "clamp" | undefined
  /** The error for the app of another account: 401, 403 or 404. Default 401. */
  readonly strangers?: "unauthorized" | "forbidden" | "notFound" | undefined
  /** The response to a scaling that changes nothing: 422, or 200 without a Location. Default 422. */
  readonly unchangedScale?: "unprocessable" | "ok" | undefined
  /** The seed of the generated ids. Default 1. */
  readonly idSeed?: number | undefined
  /**
   * The size of the file of every backup, in bytes. Default: a small `.tar.gz` with a dump. Otherwise the file is noise
   * that begins like gzip, the same in every run, and never in memory as a whole.
   */
  readonly backupSize?: number | undefined
  /** The largest archive that can be uploaded for a deployment, in bytes. Default 1 GiB. */
  readonly maxUploadSize?: number | undefined
  /**
   * The clock of the sandbox: of operations, deployments, bearers, the rate limit and delays. Default: the Clock of the
   * fiber that makes a request or takes a look.
   */
  readonly clock?: Clock.Clock | undefined
  /** The origin of a server: `http://127.0.0.1:4000`. Default: the platform's own hosts, in memory. */
  readonly origin?: string | undefined
  /**
   * Whether the URLs in a response have the host that its request was sent to, instead of that of `origin`. Only with
   * `origin`. Default `false`.
   */
  readonly followHost?: boolean | undefined
  /** How many requests the log keeps. Default: all. */
  readonly requestLogSize?: number | undefined
  /** When the sandbox was made, in milliseconds of its clock, for changes that are replayed. Default: now. */
  readonly startedAt?: number | undefined
  /** Runs when the response of a request is known, and when a connection that stayed open ends. */
  readonly onRequest?: ((event: RequestEvent) => Effect.Effect<void>) | undefined
  /** Runs after a request has changed the state. `replay` makes the change again in a new sandbox with the same seed. */
  readonly onChange?: ((change: Change) => Effect.Effect<void>) | undefined
}

/** The response of a request is known, or its connection, which had stayed open, has ended. */
export interface RequestEvent {
  readonly _tag: "Responded" | "Closed"
  readonly request: RequestLogEntry
  /** Since the request arrived. */
  readonly milliseconds: number
}

/** The options with their defaults; durations in milliseconds. */
export interface Settings {
  readonly requestLimit: number
  readonly limitWindow: number
  readonly retryAfter: boolean
  readonly bearerLife: number
  readonly operationDuration: number
  readonly deploymentDuration: number
  /** `Infinity` for never. */
  readonly logInterval: number
  readonly logsTokenLife: number
  readonly latency: number
  readonly lastPage: "null" | "clamp"
  readonly strangers: "unauthorized" | "forbidden" | "notFound"
  readonly unchangedScale: "unprocessable" | "ok"
  readonly idSeed: number
  /** `undefined` for the dump. */
  readonly backupSize: number | undefined
  readonly maxUploadSize: number
}

const milliseconds = (input: Duration.DurationInput | undefined, fallback: number) =>
  input === undefined ? fallback : Duration.toMillis(input)

export const makeSettings = (options: SandboxOptions | undefined): Settings => ({
  requestLimit: options?.requestLimit === "unlimited" ? Number.POSITIVE_INFINITY : options?.requestLimit ?? 60,
  limitWindow: milliseconds(options?.limitWindow, 60_000),
  retryAfter: options?.retryAfter ?? false,
  bearerLife: milliseconds(options?.bearerLife, 3_600_000),
  operationDuration: milliseconds(options?.operationDuration, 20_000),
  deploymentDuration: milliseconds(options?.deploymentDuration, 90_000),
  logInterval: options?.logInterval === "never"
    ? Number.POSITIVE_INFINITY
    : Math.max(1, milliseconds(options?.logInterval, 5000)),
  logsTokenLife: milliseconds(options?.logsTokenLife, Number.POSITIVE_INFINITY),
  latency: milliseconds(options?.latency, 0),
  lastPage: options?.lastPage ?? "null",
  strangers: options?.strangers ?? "unauthorized",
  unchangedScale: options?.unchangedScale ?? "unprocessable",
  idSeed: options?.idSeed ?? 1,
  backupSize: options?.backupSize,
  maxUploadSize: options?.maxUploadSize ?? 1024 ** 3
})
