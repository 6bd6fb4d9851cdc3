/**
 * The log of successful responses that `withResponse` reads.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { parseJsonOrUndefined } from "../../internal/json.js"
import { struct } from "../../internal/lazySchema.js"
import type { OperationRef } from "../../schema/Operation.js"
import { Pagination } from "../Pagination.js"
import type { RawResponse } from "../ResponseDecoder.js"
import { operationIds } from "./operationLocation.js"

/**
 * A raw response of the platform.
 *
 * @category models
 */
export interface ApiResponse {
  /** The library's name of the call, such as `Apps.restart`. */
  readonly endpoint: string
  readonly status: number
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The server's `X-Request-Id`, or the one that was sent. */
  readonly requestId: string
  readonly attempts: number
  /** From the call to the response, waits included. */
  readonly elapsed: Duration.Duration
  /** `null` for the APIs that have no region. */
  readonly region: string | null
  /** The body as it came: with the fields that no schema knows yet, and with its secrets. */
  readonly body: Redacted.Redacted
  /** The page's metadata, when the response is a page. */
  readonly pagination: Option.Option<Pagination>
  /** The operation that this call started, when it started one: see `Operations.await`. */
  readonly operation: Option.Option<OperationRef>
}

/** Receives the responses of an effect's calls. */
export class ResponseLog extends Context.Reference<ResponseLog>()("@effect-scalingo/core/RequestOptions/ResponseLog", {
  defaultValue: (): Option.Option<(response: ApiResponse) => void> => Option.none()
}) {}

const PageBody = struct(() => ({ meta: Schema.Struct({ pagination: Pagination }) }))

const operationOf = (response: RawResponse, json: unknown): Option.Option<OperationRef> => {
  const url = Predicate.hasProperty(json, "operation_url") ? json.operation_url : undefined
  const address = response.headers["location"] ?? (typeof url === "string" ? url : undefined)
  return Option.map(
    Either.getRight(operationIds(address ?? "")),
    (ids) => ({ ...ids, region: response.region })
  )
}

export const toApiResponse = (call: {
  readonly endpoint: string
  readonly requestId: string
  readonly attempts: number
  readonly elapsed: Duration.Duration
  readonly response: RawResponse
}): ApiResponse => {
  const { response, ...rest } = call
  const json = parseJsonOrUndefined(response.text)
  return {
    ...rest,
    status: response.status,
    headers: response.headers,
    region: response.region,
    body: Redacted.make(response.text),
    pagination: Option.map(Schema.decodeUnknownOption(PageBody)(json), (body) => body.meta.pagination),
    operation: operationOf(response, json)
  }
}
