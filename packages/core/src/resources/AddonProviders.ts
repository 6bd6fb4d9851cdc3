/**
 * The catalogue of addons: their providers, plans and categories.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import * as Decode from "../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { Plan } from "../schema/Plan.js"
import { nullish } from "../schema/ScalingoSchema.js"

export * from "../schema/AddonProviderRef.js"

/**
 * A category of addon providers.
 *
 * @category schemas
 */
export const AddonCategory = struct(() => ({
  id: Schema.String,
  name: Schema.String,
  /** Markdown; may be empty. */
  description: nullish(Schema.String),
  /** The display order of the categories. */
  position: nullish(Schema.Number)
}))

export interface AddonCategory extends Schema.Schema.Type<typeof AddonCategory> {}

/**
 * An addon provider, with its plans.
 *
 * @category schemas
 */
export const AddonProvider = struct(() => ({
  /** A readable id such as `postgresql`: the `addon_provider_id` of `Addons.provision`. */
  id: Schema.String,
  name: Schema.String,
  /** Without a scheme: it starts with `//`. */
  logo_url: Schema.String,
  short_description: Schema.String,
  /** HTML or Markdown. */
  description: Schema.String,
  category: nullish(AddonCategory),
  /** The company behind the addon. */
  provider_name: Schema.String,
  /** The company's page about the addon. */
  provider_url: Schema.String,
  plans: nullish(Schema.Array(Plan)),
  /** Whether at least one plan may hold health data (the French HDS certification). */
  hds_available: nullish(Schema.Boolean)
}))

export interface AddonProvider extends Schema.Schema.Type<typeof AddonProvider> {}

/**
 * The methods of {@link AddonProviders}.
 *
 * @category models
 */
export interface AddonProvidersService {
  /**
   * The addon providers with their plans: `GET /addon_providers`. Sent with the account's bearer: an account may see
   * more plans than the public.
   *
   * - `categoryId`: only those of this category
   * - `dedicated`: only those with plans on dedicated resources
   */
  readonly list: (
    options?: { readonly categoryId?: string | undefined; readonly dedicated?: boolean | undefined }
  ) => Effect.Effect<ReadonlyArray<AddonProvider>, ScalingoError>

  /**
   * The plan of a provider with this name, for `Addons.provision` and `Addons.upgrade`, which want its id:
   * `GET /addon_providers`. Fails with `InvalidRequest` when there is no such provider or plan; the error lists those that
   * there are.
   *
   * ```ts
   * const plan = yield* addonProviders.findPlan("postgresql", "postgresql-starter-512")
   * yield* addons.provision("my-app", { addon_provider_id: "postgresql", plan_id: plan.id })
   * ```
   */
  readonly findPlan: (addonProviderId: string, planName: string) => Effect.Effect<Plan, ScalingoError>

  /**
   * The plans of one provider: `GET /addon_providers/:addonProviderId/plans`. `showAll` includes plans that can no
   * longer be provisioned.
   *
   * @experimental the documentation does not have this endpoint, only the official Go client
   */
  readonly listPlans: (
    addonProviderId: string,
    options?: { readonly showAll?: boolean | undefined }
  ) => Effect.Effect<ReadonlyArray<Plan>, ScalingoError>

  /**
   * The categories of addon providers: `GET /addon_categories`. Sent without credentials.
   */
  readonly listCategories: Effect.Effect<ReadonlyArray<AddonCategory>, ScalingoError>
}

/**
 * The catalogue of addons.
 *
 * @category tags
 */
export class AddonProviders
  extends Context.Tag("@effect-scalingo/core/AddonProviders")<AddonProviders, AddonProvidersService>()
{}

const list = endpoint("AddonProviders.list", "GET /addon_providers", Decode.list("addon_providers", AddonProvider))
const listPlans = endpoint(
  "AddonProviders.listPlans",
  "GET /addon_providers/:addonProviderId/plans",
  Decode.list("plans", Plan)
)
const listCategories = endpoint(
  "AddonProviders.listCategories",
  "GET /addon_categories",
  Decode.list("addon_categories", AddonCategory),
  { credential: "none" }
)

const findPlan = (
  providers: ReadonlyArray<AddonProvider>,
  addonProviderId: string,
  planName: string
): Effect.Effect<Plan, InvalidRequest> => {
  const fail = (field: string, known: ReadonlyArray<string>) =>
    Effect.fail(
      new InvalidRequest({ endpoint: "AddonProviders.findPlan", field, expected: `one of ${known.join(", ")}` })
    )
  const provider = providers.find(({ id }) => id === addonProviderId)
  if (provider === undefined) return fail("addonProviderId", providers.map(({ id }) => id))
  const plans = provider.plans ?? []
  const plan = plans.find(({ name }) => name === planName)
  return plan === undefined ? fail("planName", plans.map(({ name }) => name)) : Effect.succeed(plan)
}

export const make: Effect.Effect<AddonProvidersService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    AddonProviders.of({
      list: (options) =>
        call(api, list, {
          // The API only filters by "true": "false" would not select the providers without dedicated plans.
          query: { category_id: options?.categoryId, dedicated: options?.dedicated === true ? true : undefined }
        }),
      findPlan: (addonProviderId, planName) =>
        Effect.flatMap(call(api, list, {}), (providers) => findPlan(providers, addonProviderId, planName)),
      listPlans: (addonProviderId, options) =>
        call(api, listPlans, { path: { addonProviderId }, query: { show_all: options?.showAll } }),
      listCategories: call(api, listCategories, {})
    })
)

export const layer: Layer.Layer<AddonProviders, never, RegionalApi> = Layer.effect(AddonProviders, make)
