/**
 * The organisations that an account belongs to.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuthApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { mapOf, nullish, optionalTimestamp } from "../schema/ScalingoSchema.js"

/**
 * An organisation.
 *
 * @category schemas
 */
export const Organization = struct(() => ({
  /** A UUID. */
  id: nullish(Schema.String),
  name: nullish(Schema.String),
  /** The name in URLs. */
  slug: nullish(Schema.String),
  created_at: optionalTimestamp,
  flags: nullish(mapOf(Schema.Boolean))
}))

export interface Organization extends Schema.Schema.Type<typeof Organization> {}

/**
 * The methods of {@link Organizations}.
 *
 * @category models
 */
export interface OrganizationsService {
  /**
   * The organisations of the account: `GET /organizations`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly list: Effect.Effect<ReadonlyArray<Organization>, ScalingoError>
}

/**
 * Organisations of the account.
 *
 * @category tags
 */
export class Organizations
  extends Context.Tag("@effect-scalingo/core/Organizations")<Organizations, OrganizationsService>()
{}

const list = endpoint("Organizations.list", "GET /organizations", Decode.list("organizations", Organization))

export const make: Effect.Effect<OrganizationsService, never, AuthApi> = Effect.map(AuthApi, (api) =>
  Organizations.of({
    list: call(api, list, {})
  }))

export const layer: Layer.Layer<Organizations, never, AuthApi> = Layer.effect(Organizations, make)
