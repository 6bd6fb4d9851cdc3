/**
 * The logs of apps and databases: their URL, the messages of a live tail, and the archives of past days.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { collection } from "./internal/collection.js"
import { nullish, openEnum, Secret } from "./ScalingoSchema.js"

/**
 * The URL of the logs of an app.
 *
 * @category schemas
 */
export const LogsUrl = /* @__PURE__ */ struct(() => ({
  /** The app, as far as the response names it. */
  app: nullish(Schema.Struct({ id: nullish(Schema.String), name: nullish(Schema.String) })),
  /** A pre-signed URL: anyone who has it can read the logs. */
  logs_url: Secret
}))

export interface LogsUrl extends Schema.Schema.Type<typeof LogsUrl> {}

/**
 * An archive of past log lines.
 *
 * @category schemas
 */
export const LogsArchive = /* @__PURE__ */ struct(() => ({
  /** A pre-signed URL to download the archive, valid for 60 minutes. */
  url: Secret,
  /** In bytes. */
  size: Schema.Number,
  /** The start of the archive. Free text, such as `Fri Mar 24 14:00:00 +0000 UTC 2017`. */
  from: Schema.String,
  /** The end of the archive. Free text, such as `Sun Mar 26 14:00:00 +0000 UTC 2017`. */
  to: Schema.String
}))

export interface LogsArchive extends Schema.Schema.Type<typeof LogsArchive> {}

/** `Fri Mar 24 14:00:00 +0000 UTC 2017` */
const archiveTime =
  /^[A-Z][a-z]{2} +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{2}:\d{2}:\d{2}) +([+-]\d{4})(?: +[A-Za-z0-9+-]+)? +(\d{4})$/
/** `2017-03-24 14:00:00 +0000 UTC` */
const goTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)? ?(?:Z|([+-]\d{2}):?(\d{2}))(?: +[A-Za-z0-9+-]+)?$/

/**
 * Parses the time of an archive: `from` or `to`. `None` for text in a form that is not known.
 *
 * @category accessors
 */
export const parseTime = (text: string): Option.Option<DateTime.Utc> => {
  const [, month, day, time, zone, year] = archiveTime.exec(text.trim()) ?? []
  if (month !== undefined) {
    return DateTime.make(`${day} ${month} ${year} ${time} ${zone}`).pipe(Option.map(DateTime.toUtc))
  }
  const [, date, clock, hours = "+00", minutes = "00"] = goTime.exec(text.trim()) ?? []
  return date === undefined
    ? Option.none()
    : Option.map(DateTime.make(`${date}T${clock}${hours}:${minutes}`), DateTime.toUtc)
}

/**
 * A page of archives, and the cursor of the next page.
 *
 * @category schemas
 */
export const LogsArchives = /* @__PURE__ */ struct(() => ({
  /** Absent, `null` or empty on the last page. */
  next_cursor: nullish(Schema.String),
  has_more: Schema.Boolean,
  /** Empty when the platform sends `null`. */
  archives: collection(LogsArchive)
}))

export interface LogsArchives extends Schema.Schema.Type<typeof LogsArchives> {}

/**
 * A message of a live tail. Its kind is in `event`, or in `name` according to the documentation: read both. Ignore
 * messages of an unknown kind.
 *
 * @category schemas
 */
export const LogStreamMessage = /* @__PURE__ */ struct(() => ({
  event: nullish(openEnum("log", "ping")),
  name: nullish(openEnum("log", "ping")),
  /** `log`: one or more lines, each with its line terminator. */
  log: nullish(Schema.String),
  /** `ping`: when it was sent. The documentation does not define the format. */
  timestamp: nullish(Schema.Union(Schema.String, Schema.Number))
}))

export interface LogStreamMessage extends Schema.Schema.Type<typeof LogStreamMessage> {}
