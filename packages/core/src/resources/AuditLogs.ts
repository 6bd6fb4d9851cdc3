/**
 * Recordings of the input and output of attached one-off containers.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { openEnum, Timestamp } from "../schema/ScalingoSchema.js"
import { bareList } from "./internal/decoders.js"

/**
 * An entry of a recorded session.
 *
 * @category schemas
 */
export const AuditLogEntry = struct(() => ({
  /**
   * With millisecond precision, while the wire has nanoseconds. Entries of the same millisecond keep their order in the
   * list.
   */
  time: Timestamp,
  /** The text, with the terminal's escape sequences. May contain passwords. */
  content: Schema.String,
  /** `input` was typed by the user, `output` was shown to the user. */
  type: openEnum("input", "output")
}))

export interface AuditLogEntry extends Schema.Schema.Type<typeof AuditLogEntry> {}

/**
 * The methods of {@link AuditLogs}.
 *
 * @category models
 */
export interface AuditLogsService {
  /**
   * The recording of an attached one-off container, oldest entry first: `GET /apps/:app/audit_logs/:auditLogId`. The id
   * is `type_data.audit_log_id` of the container's `run` event.
   */
  readonly get: (app: string, auditLogId: string) => Effect.Effect<ReadonlyArray<AuditLogEntry>, ScalingoError>
}

/**
 * Recordings of attached one-off containers.
 *
 * @category tags
 */
export class AuditLogs extends Context.Tag("@effect-scalingo/core/AuditLogs")<AuditLogs, AuditLogsService>() {}

const get = endpoint("AuditLogs.get", "GET /apps/:app/audit_logs/:auditLogId", bareList(AuditLogEntry))

export const make: Effect.Effect<AuditLogsService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  AuditLogs.of({
    get: (app, auditLogId) => call(api, get, { path: { app, auditLogId } })
  }))

export const layer: Layer.Layer<AuditLogs, never, RegionalApi> = Layer.effect(AuditLogs, make)
