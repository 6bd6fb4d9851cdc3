/**
 * The provider of an addon, as addons show it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * An addon provider as addons show it.
 *
 * @category schemas
 */
export const AddonProviderRef = Schema.Struct({
  /** A readable id such as `postgresql`. */
  id: Schema.String,
  name: Schema.String,
  /** Without a scheme: it starts with `//`. */
  logo_url: Schema.String
})

export interface AddonProviderRef extends Schema.Schema.Type<typeof AddonProviderRef> {}
