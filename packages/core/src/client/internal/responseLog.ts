/**
 * What `withResponse` tells of an answer.
 */
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { OperationRef } from "../../schema/Operation.js"
import type { RawAnswer } from "../ApiRequest.js"
import { Pagination } from "../Pagination.js"
import type { ApiResponse } from "../RequestOptions.js"
import { operationIds } from "./operationLocation.js"
import { parseMaybe } from "./responseError.js"

const decodeMeta = Schema.decodeUnknownOption(
  Schema.Struct({ meta: Schema.Struct({ pagination: Pagination }) })
)

const operationOf = (answer: RawAnswer, json: unknown): Option.Option<OperationRef> => {
  const url = typeof json === "object" && json !== null && "operation_url" in json ? json.operation_url : undefined
  const address = answer.headers["location"] ?? (typeof url === "string" ? url : undefined)
  return Option.map(
    Either.getRight(operationIds(address ?? "")),
    (ids) => ({ ...ids, region: answer.region })
  )
}

export const note = (call: {
  readonly endpoint: string
  readonly requestId: string
  readonly attempts: number
  readonly elapsed: Duration.Duration
  readonly answer: RawAnswer
}): ApiResponse => {
  const { answer } = call
  const json = parseMaybe(answer.text)
  return {
    endpoint: call.endpoint,
    status: answer.status,
    headers: answer.headers,
    requestId: call.requestId,
    attempts: call.attempts,
    elapsed: call.elapsed,
    region: answer.region,
    body: Redacted.make(answer.text),
    pagination: Option.map(decodeMeta(json), (body) => body.meta.pagination),
    operation: operationOf(answer, json)
  }
}
