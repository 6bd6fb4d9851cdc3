/**
 * Addons and their provisioning.
 */
import { addonCategories, findProvider, renderPricings } from "./catalog.js"
import { record } from "./events.js"
import { followAddon, removeLog } from "./logStore.js"
import type { Account, Addon, AddonProvider, App, Plan } from "./models.js"
import { iso, type State } from "./state.js"

/** The hostname of the resource of an addon. */
export const domainOf = (app: App, addon: Addon): string =>
  `${addon.resourceId.replaceAll("_", "-")}.${addon.providerId}.a.${app.region}.scalingo-dbs.com`

/** The variables that an addon adds to its app. */
const variablesOf = (state: State, app: App, addon: Addon, provider: AddonProvider) => {
  const login = `${addon.resourceId}:${state.ids.secret(20)}`
  const url = `${provider.scheme}://${login}@${domainOf(app, addon)}:${provider.port}/${addon.resourceId}`
  return [
    { name: provider.variable, value: url },
    { name: "DATABASE_URL", value: `$${provider.variable}` }
  ].filter(({ name }) => !app.variables.some((known) => known.name === name))
}

const addVariables = (state: State, app: App, addon: Addon, provider: AddonProvider): ReadonlyArray<string> => {
  const variables = variablesOf(state, app, addon, provider)
  for (const { name, value } of variables) {
    app.variables.push({ id: state.ids.hex(), name, value, addonId: addon.id })
  }
  return variables.map(({ name }) => name)
}

const create = (
  state: State,
  app: App,
  provider: AddonProvider,
  plan: Plan
): Addon => {
  const addon: Addon = {
    id: state.ids.uuid("ad-"),
    appId: app.id,
    providerId: provider.id,
    planId: plan.id,
    resourceId: `${app.name.replaceAll("-", "_")}_${state.ids.count()}`,
    provisionedAt: state.now(),
    updatedAt: state.now(),
    status: "provisioning",
    hasRun: false
  }
  state.addons.set(addon.id, addon)
  return addon
}

/** Provisions an addon that runs at once, for seeds. */
export const provisionNow = (state: State, app: App, provider: AddonProvider, plan: Plan): Addon => {
  const addon = create(state, app, provider, plan)
  run(state, addon)
  addVariables(state, app, addon, provider)
  return addon
}

/** Sets an addon running. */
export const run = (state: State, addon: Addon): void => {
  addon.status = "running"
  addon.hasRun = true
  addon.updatedAt = state.now()
  followAddon(state, addon)
}

const runSoon = (state: State, addon: Addon): void => {
  state.after(state.settings.operationDuration, () => {
    if (addon.status === "provisioning") run(state, addon)
  })
}

/** Starts to provision an addon, which runs after the duration of an operation. Its variables are set at once. */
export const provision = (
  state: State,
  app: App,
  provider: AddonProvider,
  plan: Plan
): { readonly addon: Addon; readonly variables: ReadonlyArray<string> } => {
  const addon = create(state, app, provider, plan)
  const variables = addVariables(state, app, addon, provider)
  runSoon(state, addon)
  return { addon, variables }
}

/** Changes the plan of an addon, which runs again after the duration of an operation. */
export const changePlan = (state: State, addon: Addon, plan: Plan): void => {
  addon.planId = plan.id
  addon.status = "provisioning"
  addon.updatedAt = state.now()
  followAddon(state, addon)
  runSoon(state, addon)
}

/** Removes an addon and its variables. */
export const deprovision = (state: State, app: App, addon: Addon): void => {
  state.addons.delete(addon.id)
  removeLog(state, addon.id)
  app.variables = app.variables.filter((variable) => variable.addonId !== addon.id)
}

export const providerOf = (addon: Addon): AddonProvider => findProvider(addon.providerId)!

export const planOf = (addon: Addon): Plan => providerOf(addon).plans.find((plan) => plan.id === addon.planId)!

/** Records an event of an addon. */
export const recordAddon = (state: State, input: {
  readonly type: string
  readonly user?: Account | undefined
  readonly app: App
  readonly addon: Addon
  readonly more?: { readonly [name: string]: unknown } | undefined
}): void => {
  const { addon, app, more, type, user } = input
  record(state, {
    type,
    user,
    app,
    data: {
      addon_provider_name: addon.providerId,
      plan_name: planOf(addon).name,
      resource_id: addon.resourceId,
      ...more
    }
  })
}

/** Suspends an addon, as the platform does for an unpaid bill. */
export const suspend = (state: State, app: App, addon: Addon): void => {
  if (addon.status === "suspended") return
  addon.status = "suspended"
  addon.updatedAt = state.now()
  followAddon(state, addon)
  recordAddon(state, { type: "suspend_addon", app, addon, more: { reason: "unpaid" } })
}

const renderPlan = (plan: Plan) => ({
  id: plan.id,
  name: plan.name,
  display_name: plan.displayName,
  price: plan.price,
  description: `<p>${plan.displayName}</p>`,
  position: plan.position,
  on_demand: false,
  disabled: plan.disabled,
  disabled_alternative_plan_id: null,
  sku: plan.sku
})

const logo = (provider: AddonProvider) => `//cdn.scalingo.com/addons/Scalingo_${provider.name}.svg`

export const renderAddon = (addon: Addon) => {
  const provider = providerOf(addon)
  return {
    id: addon.id,
    app_id: addon.appId,
    resource_id: addon.resourceId,
    provisioned_at: iso(addon.provisionedAt),
    // A deprovisioned addon is no longer in the state.
    deprovisioned_at: null,
    status: addon.status,
    plan: renderPlan(planOf(addon)),
    addon_provider: { id: provider.id, name: provider.name, logo_url: logo(provider) },
    updated_at: iso(addon.updatedAt)
  }
}

/** A plan with its prices, as the catalogue shows it. */
export const renderCataloguePlan = (plan: Plan) => ({
  ...renderPlan(plan),
  pricings: renderPricings(plan.price),
  hds_available: false
})

/** The plans that a new addon can have. */
export const offered = (provider: AddonProvider): ReadonlyArray<Plan> => provider.plans.filter((plan) => !plan.disabled)

export const renderProvider = (provider: AddonProvider) => ({
  id: provider.id,
  name: provider.name,
  logo_url: logo(provider),
  short_description: provider.shortDescription,
  description: `<p>${provider.shortDescription}</p>`,
  provider_name: "Scalingo",
  provider_url: `https://scalingo.com/databases/${provider.id}`,
  hds_available: true,
  category: addonCategories.find((category) => category.id === provider.categoryId),
  plans: offered(provider).map(renderCataloguePlan)
})
