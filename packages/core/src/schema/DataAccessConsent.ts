/**
 * The consent that gives Scalingo's operators temporary access to an app.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"
import { nullish, optionalTimestamp } from "./ScalingoSchema.js"

/**
 * The period in which Scalingo's operators have access to an app.
 *
 * @category schemas
 */
export const DataAccessConsent = /* @__PURE__ */ struct(() => ({
  /** `ap-…`; older apps have 24 hexadecimal digits. */
  app_id: Schema.String,
  /** The user who gave the consent. */
  user_id: Schema.String,
  /** When the access to the databases ends; `null` when there is none. */
  databases_until: optionalTimestamp,
  /** When the access to the containers ends; `null` when there is none. */
  containers_until: optionalTimestamp,
  /** The spelling of `databases_until` in one example of the documentation. Read `databases_until` first. */
  database_until: optionalTimestamp,
  /** Only in one example of the documentation. These are the networks of the app, not of the consent. */
  private_networks_ids: nullish(Schema.Array(Schema.String))
}))

export interface DataAccessConsent extends Schema.Schema.Type<typeof DataAccessConsent> {}
