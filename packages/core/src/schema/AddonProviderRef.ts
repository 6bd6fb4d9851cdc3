/**
 * The addon provider embedded in an addon.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "../internal/lazySchema.js"

/**
 * An addon provider, as embedded in an addon.
 *
 * @category schemas
 */
export const AddonProviderRef = /* @__PURE__ */ struct(() => ({
  /** A readable id such as `postgresql`. */
  id: Schema.String,
  name: Schema.String,
  /** Protocol-relative: it starts with `//`. */
  logo_url: Schema.String
}))

export interface AddonProviderRef extends Schema.Schema.Type<typeof AddonProviderRef> {}
