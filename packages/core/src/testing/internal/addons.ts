/**
 * Addons: provisioned after a while, when their variables appear.
 */
import { addonCategories, findProvider } from "./catalog.js"
import type { Addon, AddonProvider, App, Plan } from "./records.js"
import { iso, isoOrNull, type State } from "./state.js"

/** The variables that an addon gives its app. */
const variablesOf = (state: State, app: App, addon: Addon, provider: AddonProvider) => {
  const user = addon.resourceId
  const host = `${addon.id}.${provider.id}.a.osc-fr1.scalingo-dbs.com`
  const url = `${provider.scheme}://${user}:${state.ids.secret(20)}@${host}:${provider.port}/${addon.resourceId}`
  return [
    { name: provider.variable, value: url },
    { name: "DATABASE_URL", value: `$${provider.variable}` }
  ].filter(({ name }) => !app.variables.some((known) => known.name === name))
}

const giveVariables = (state: State, app: App, addon: Addon, provider: AddonProvider): ReadonlyArray<string> => {
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
  plan: Plan,
  options: { readonly [name: string]: string }
): Addon => {
  const addon: Addon = {
    id: state.ids.uuid("ad-"),
    appId: app.id,
    providerId: provider.id,
    planId: plan.id,
    resourceId: `${app.name.replaceAll("-", "_")}_${state.ids.count()}`,
    provisionedAt: state.now(),
    deprovisionedAt: null,
    updatedAt: state.now(),
    status: "provisioning",
    options
  }
  state.addons.set(addon.id, addon)
  return addon
}

/** An addon that is running at once: for seeds. */
export const provisionNow = (state: State, app: App, provider: AddonProvider, plan: Plan): Addon => {
  const addon = create(state, app, provider, plan, {})
  addon.status = "running"
  giveVariables(state, app, addon, provider)
  return addon
}

/** Starts to provision an addon: it runs after the duration of an operation. The names of its variables are known. */
export const provision = (
  state: State,
  app: App,
  provider: AddonProvider,
  plan: Plan,
  options: { readonly [name: string]: string }
): { readonly addon: Addon; readonly variables: ReadonlyArray<string> } => {
  const addon = create(state, app, provider, plan, options)
  const variables = giveVariables(state, app, addon, provider)
  state.after(state.settings.operationDuration, () => {
    if (addon.status !== "provisioning") return
    addon.status = "running"
    addon.updatedAt = state.now()
  })
  return { addon, variables }
}

/** Takes an addon away, and its variables with it. */
export const deprovision = (state: State, app: App, addon: Addon): void => {
  state.addons.delete(addon.id)
  app.variables = app.variables.filter((variable) => variable.addonId !== addon.id)
}

export const providerOf = (addon: Addon): AddonProvider => findProvider(addon.providerId)!

export const planOf = (addon: Addon): Plan => providerOf(addon).plans.find((plan) => plan.id === addon.planId)!

export const renderPlan = (plan: Plan) => ({
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
    deprovisioned_at: isoOrNull(addon.deprovisionedAt),
    status: addon.status,
    plan: renderPlan(planOf(addon)),
    addon_provider: { id: provider.id, name: provider.name, logo_url: logo(provider) },
    updated_at: iso(addon.updatedAt)
  }
}

/** Plans with their prices, as the catalogue has them. */
export const renderCataloguePlan = (plan: Plan) => ({
  ...renderPlan(plan),
  pricings: { default: { price: (plan.price / 43_200).toFixed(10), currency: "EUR", period: "minute" } },
  hds_available: false
})

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
  plans: provider.plans.map(renderCataloguePlan)
})
