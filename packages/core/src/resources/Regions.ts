/**
 * The regions of Scalingo and the URLs of their APIs.
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
import { nullish } from "../schema/ScalingoSchema.js"

/**
 * A region. To run an effect in it, pass its `name` to `CurrentRegion.withRegion`.
 *
 * @category schemas
 */
export const Region = struct(() => ({
  /** The name for `withRegion` and the configuration: `osc-fr1`. */
  name: Schema.String,
  /** The display name. */
  display_name: Schema.String,
  /** The URL of the regional API, without the `/v1` of its paths. */
  api: Schema.String,
  dashboard: Schema.String,
  /** The URL of the database API, without the `/api` of its paths. */
  database_api: Schema.String,
  /** Host and port of Git over SSH: `ssh.osc-fr1.scalingo.com:22`. */
  ssh: Schema.String,
  /** Whether it is the default region. */
  default: nullish(Schema.Boolean)
}))

export interface Region extends Schema.Schema.Type<typeof Region> {}

/**
 * The methods of {@link Regions}.
 *
 * @category models
 */
export interface RegionsService {
  /**
   * The regions that the account may use: `GET /regions`.
   */
  readonly list: Effect.Effect<ReadonlyArray<Region>, ScalingoError>
}

/**
 * The regions that apps can run in.
 *
 * @category tags
 */
export class Regions extends Context.Tag("@effect-scalingo/core/Regions")<Regions, RegionsService>() {}

const list = endpoint("Regions.list", "GET /regions", Decode.list("regions", Region))

export const make: Effect.Effect<RegionsService, never, AuthApi> = Effect.map(AuthApi, (api) =>
  Regions.of({
    list: call(api, list, {})
  }))

export const layer: Layer.Layer<Regions, never, AuthApi> = Layer.effect(Regions, make)
