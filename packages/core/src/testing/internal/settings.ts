/**
 * The options of the sandbox with their defaults, durations in milliseconds.
 */
import * as Duration from "effect/Duration"

export interface SandboxOptions {
  /** Requests of an account in a window, over all APIs and regions, token exchanges included: 60 by default. */
  readonly requestLimit?: number | "unlimited" | undefined
  /** 60 seconds by default. */
  readonly limitWindow?: Duration.DurationInput | undefined
  /** Whether a 429 comes with `Retry-After`: not by default, the platform is not known to send it. */
  readonly retryAfter?: boolean | undefined
  /** How long a bearer is good: one hour by default. */
  readonly bearerLife?: Duration.DurationInput | undefined
  /** How long restarts, scalings, and provisionings take: 20 seconds by default. */
  readonly operationDuration?: Duration.DurationInput | undefined
  /** How long deployments take: 90 seconds by default. */
  readonly deploymentDuration?: Duration.DurationInput | undefined
  /** How long every answer takes: nothing by default. */
  readonly latency?: Duration.DurationInput | undefined
  /**
   * What `next_page` is on the last page: `null` as documented, which is the default, or the number of the last page,
   * as services built on the platform's own paginator have it.
   */
  readonly lastPage?: "null" | "clamp" | undefined
  /** What someone gets who asks for another's app: 401 by default. */
  readonly strangers?: "unauthorized" | "forbidden" | "notFound" | undefined
  /** What a scaling that changes nothing gets: 422 by default, or 200 without a Location. */
  readonly unchangedScale?: "unprocessable" | "ok" | undefined
  /** Where the made-up ids start. */
  readonly idSeed?: number | undefined
  /** Where a server listens, `http://127.0.0.1:4000`; left out in memory, where the platform's own hosts are used. */
  readonly origin?: string | undefined
}

/** The same, filled up. */
export interface Settings {
  readonly requestLimit: number
  readonly limitWindow: number
  readonly retryAfter: boolean
  readonly bearerLife: number
  readonly operationDuration: number
  readonly deploymentDuration: number
  readonly latency: number
  readonly lastPage: "null" | "clamp"
  readonly strangers: "unauthorized" | "forbidden" | "notFound"
  readonly unchangedScale: "unprocessable" | "ok"
  readonly idSeed: number
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
  latency: milliseconds(options?.latency, 0),
  lastPage: options?.lastPage ?? "null",
  strangers: options?.strangers ?? "unauthorized",
  unchangedScale: options?.unchangedScale ?? "unprocessable",
  idSeed: options?.idSeed ?? 1
})
