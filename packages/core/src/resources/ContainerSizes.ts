/**
 * The sizes of containers.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { ContainerSize } from "../schema/ContainerSize.js"

export * from "../schema/ContainerSize.js"

/**
 * The methods of {@link ContainerSizes}.
 *
 * @category models
 */
export interface ContainerSizesService {
  /**
   * The sizes of the region, including those specific to the account: `GET /features/container_sizes`. `appId`
   * restricts the list to the sizes available to that app.
   */
  readonly list: (
    options?: { readonly appId?: string | undefined }
  ) => Effect.Effect<ReadonlyArray<ContainerSize>, ScalingoError>
}

/**
 * The sizes of containers.
 *
 * @category tags
 */
export class ContainerSizes
  extends Context.Tag("@effect-scalingo/core/ContainerSizes")<ContainerSizes, ContainerSizesService>()
{}

const list = endpoint(
  "ContainerSizes.list",
  "GET /features/container_sizes",
  Decode.list("container_sizes", ContainerSize)
)

export const make: Effect.Effect<ContainerSizesService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    ContainerSizes.of({
      list: (options) => call(api, list, { query: { app_id: options?.appId } })
    })
)

export const layer: Layer.Layer<ContainerSizes, never, RegionalApi> = Layer.effect(ContainerSizes, make)
