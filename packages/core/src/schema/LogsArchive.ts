/**
 * Logs of apps and databases: where they are, what a live tail sends, and the archives of past days.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { nullish, openEnum, Secret } from "./ScalingoSchema.js"

/**
 * Where the logs of an app are.
 *
 * @category schemas
 */
export const LogsUrl = Schema.Struct({
  /** Which app, as far as the platform says. */
  app: Schema.optional(
    Schema.NullOr(Schema.Struct({ id: Schema.optional(Schema.String), name: Schema.optional(Schema.String) }))
  ),
  /** The signature in its query is the only credential: whoever has the address reads the logs. */
  logs_url: Secret
})

export interface LogsUrl extends Schema.Schema.Type<typeof LogsUrl> {}

/**
 * A file of past log lines.
 *
 * @category schemas
 */
export const LogsArchive = Schema.Struct({
  /** Where to download it for the next 60 minutes, without any other credential. */
  url: Secret,
  /** In bytes. */
  size: Schema.Number,
  /** When it begins. Free text, such as `Fri Mar 24 14:00:00 +0000 UTC 2017`. */
  from: Schema.String,
  /** When it ends. Free text, such as `Sun Mar 26 14:00:00 +0000 UTC 2017`. */
  to: Schema.String
})

export interface LogsArchive extends Schema.Schema.Type<typeof LogsArchive> {}

/**
 * Some archives, and where the next ones are.
 *
 * @category schemas
 */
export const LogsArchives = Schema.Struct({
  /** Nothing, or empty, at the end. */
  next_cursor: nullish(Schema.String),
  has_more: Schema.Boolean,
  archives: Schema.Array(LogsArchive)
})

export interface LogsArchives extends Schema.Schema.Type<typeof LogsArchives> {}

/**
 * A message of a live tail. Its kind is in `event`, or in `name` according to the documentation: read both. Kinds
 * that are not known must be ignored.
 *
 * @category schemas
 */
export const LogStreamMessage = Schema.Struct({
  event: nullish(openEnum("log", "ping")),
  name: nullish(openEnum("log", "ping")),
  /** `log`: one or several lines, each with its line end. */
  log: Schema.optional(Schema.String),
  /** `ping`: when it was sent, in a form that the documentation leaves open. */
  timestamp: Schema.optional(Schema.Union(Schema.String, Schema.Number))
})

export interface LogStreamMessage extends Schema.Schema.Type<typeof LogStreamMessage> {}
