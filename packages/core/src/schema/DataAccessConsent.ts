/**
 * The consent of an app's owner that Scalingo's operators may look into the app for a while.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { optionalTimestamp, TimestampOrNull } from "./ScalingoSchema.js"

/**
 * Until when Scalingo's operators may look into an app.
 *
 * @category schemas
 */
export const DataAccessConsent = Schema.Struct({
  /** `ap-…`; apps of the first years have 24 hexadecimal digits. */
  app_id: Schema.String,
  /** Who gave the consent. */
  user_id: Schema.String,
  /** When the access to the databases ends; `null` when there is none. */
  databases_until: optionalTimestamp,
  /** When the access to the containers ends; `null` when there is none. */
  containers_until: TimestampOrNull,
  /** How one example of the documentation spells `databases_until`. Read that one first. */
  database_until: optionalTimestamp,
  /** Stands in one example of the documentation, and means the networks of the app, not of the consent. */
  private_networks_ids: Schema.optional(Schema.Array(Schema.String))
})

export interface DataAccessConsent extends Schema.Schema.Type<typeof DataAccessConsent> {}
