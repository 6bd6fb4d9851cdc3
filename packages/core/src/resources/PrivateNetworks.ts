/**
 * Private networks, which connect the containers of a project.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { orEmpty } from "../client/internal/nullList.js"
import { callPage, onlyPage } from "../client/internal/pages.js"
import { type Page, type PageOptions, Pagination, type WalkOptions, walkPages } from "../client/Pagination.js"
import type { DecodeIssue, ResponseDecoder } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../client/ScalingoError.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { nullish } from "../schema/ScalingoSchema.js"

/**
 * One page of domain names on the wire. The pagination fields are directly in `meta`.
 *
 * @category schemas
 */
export const PrivateNetworkDomainNames = struct(() => ({
  /** `1.web.ap-….pn-….private-network.internal.` */
  data: Schema.NullOr(Schema.Array(Schema.String)),
  meta: nullish(Pagination)
}))

export interface PrivateNetworkDomainNames extends Schema.Schema.Type<typeof PrivateNetworkDomainNames> {}

/**
 * The private network of a project.
 *
 * @category schemas
 */
export const ProjectPrivateNetwork = struct(() => ({
  id: Schema.String,
  /** `10.0.0.0/24` */
  subnet: nullish(Schema.String),
  gateway: nullish(Schema.String),
  /** The number of IP addresses of the network. */
  max_ips_count: nullish(Schema.Number),
  used_ips_count: nullish(Schema.Number),
  used_ips: nullish(Schema.Array(Schema.String))
}))

export interface ProjectPrivateNetwork extends Schema.Schema.Type<typeof ProjectPrivateNetwork> {}

/**
 * The methods of {@link PrivateNetworks}.
 *
 * @category models
 */
export interface PrivateNetworksService {
  /**
   * The domain names of an app's containers in its private networks, across all pages:
   * `GET /apps/:app/private_network_domain_names`. A page has at most 50.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly listDomainNames: (app: string, options?: WalkOptions) => Stream.Stream<string, ScalingoError>

  /**
   * One page of the domain names of an app's containers: `GET /apps/:app/private_network_domain_names`. `perPage` is at
   * most 50.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly listDomainNamesPage: (app: string, options?: PageOptions) => Effect.Effect<Page<string>, ScalingoError>

  /**
   * The private network of a project: `GET /projects/:projectId/private_network`.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly getForProject: (projectId: string) => Effect.Effect<ProjectPrivateNetwork, ScalingoError>
}

/**
 * Private networks.
 *
 * @category tags
 */
export class PrivateNetworks
  extends Context.Tag("@effect-scalingo/core/PrivateNetworks")<PrivateNetworks, PrivateNetworksService>()
{}

/** The Go client reads a page, the JavaScript client only the names, which then are the only page. */
const domainNames: ResponseDecoder<Page<string>> = Decode.transform(
  Decode.root(
    "domain_names",
    lazy(() => Schema.NullOr(Schema.Union(PrivateNetworkDomainNames, Schema.Array(Schema.String))))
  ),
  (names): Either.Either<Page<string>, DecodeIssue> => {
    if (names === null) return Either.right(onlyPage([]))
    const { data, meta } = "data" in names ? names : { data: names, meta: undefined }
    return Either.mapBoth(orEmpty(data, meta), {
      onLeft: (reason): DecodeIssue => ({ path: "domain_names.data", reason, value: data }),
      onRight: (items) => meta === undefined || meta === null ? onlyPage(items) : { items, pagination: meta }
    })
  }
)

const listDomainNames = endpoint(
  "PrivateNetworks.listDomainNames",
  "GET /apps/:app/private_network_domain_names",
  domainNames
)
const getForProject = endpoint(
  "PrivateNetworks.getForProject",
  "GET /projects/:projectId/private_network",
  Decode.json(ProjectPrivateNetwork)
)

const maxPerPage = 50

export const make: Effect.Effect<PrivateNetworksService, never, RegionalApi> = Effect.map(RegionalApi, (api) => {
  const page = (app: string, options: PageOptions | undefined): Effect.Effect<Page<string>, ScalingoError> =>
    options?.perPage !== undefined && options.perPage > maxPerPage
      ? Effect.fail(
        new InvalidRequest({
          endpoint: listDomainNames.name,
          field: "perPage",
          expected: `an integer from 1 to ${maxPerPage}`
        })
      )
      : callPage(api, listDomainNames, { path: { app } }, options)
  return PrivateNetworks.of({
    listDomainNames: (app, options) =>
      walkPages((number) => page(app, { page: number, perPage: options?.perPage }), options),
    listDomainNamesPage: page,
    getForProject: (projectId) => call(api, getForProject, { path: { projectId } })
  })
})

export const layer: Layer.Layer<PrivateNetworks, never, RegionalApi> = Layer.effect(PrivateNetworks, make)
