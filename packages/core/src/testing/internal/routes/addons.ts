/**
 * Addons, and the providers and plans there are.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { findAddon, findApp, requirePayment } from "../access.js"
import {
  deprovision,
  planOf,
  providerOf,
  provision,
  renderAddon,
  renderCataloguePlan,
  renderProvider
} from "../addons.js"
import { addonCategories, addonProviders, findPlan, findProvider } from "../catalog.js"
import { record } from "../events.js"
import { issueAddonToken } from "../identity.js"
import type { Addon, AddonProvider, App, Plan } from "../records.js"
import { empty, invalid, json, notFound, type Refusal } from "../reply.js"
import { type Call, regional, regionalPublic, type Route } from "../route.js"
import { select } from "../state.js"

const ProvisionInput = Schema.Struct({
  addon_provider_id: Schema.NonEmptyString,
  plan_id: Schema.NonEmptyString,
  options: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.String })))
})

const choosePlan = (call: Call, provider: AddonProvider, id: string): Effect.Effect<Plan, Refusal> => {
  const plan = findPlan(provider, id)
  if (plan === undefined) return notFound("plan")
  return plan.price === 0
    ? Effect.succeed(plan)
    : Effect.as(requirePayment(call, "you need a payment method to use a plan that costs something"), plan)
}

const recordAddon = (call: Call, type: string, app: App, addon: Addon, more: { readonly [name: string]: unknown }) =>
  record(call.state, {
    type,
    user: call.account,
    app,
    data: {
      addon_provider_name: providerOf(addon).id,
      plan_name: planOf(addon).name,
      resource_id: addon.resourceId,
      ...more
    }
  })

const upgrade = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findApp(call)
    const addon = yield* findAddon(call, app)
    const { plan_id } = yield* call.input("addon", Schema.Struct({ plan_id: Schema.NonEmptyString }))
    const plan = yield* choosePlan(call, providerOf(addon), plan_id)
    if (addon.status !== "running") return yield* invalid({ addon: [`is ${addon.status}`] })
    const before = planOf(addon)
    if (plan.id === before.id) return yield* invalid({ plan_id: ["is already the plan of the addon"] })
    addon.planId = plan.id
    addon.status = "provisioning"
    addon.updatedAt = call.now
    call.state.after(call.state.settings.operationDuration, () => {
      if (addon.status === "provisioning") addon.status = "running"
    })
    recordAddon(call, "upgrade_addon", app, addon, { old_plan_name: before.name, new_plan_name: plan.name })
    // The documentation and the official clients disagree about the names of these keys: all of them are there.
    return json({
      addon: renderAddon(addon),
      message: `The plan is being changed to ${plan.name}`,
      variables: [],
      vars: []
    })
  })

const sso = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findApp(call)
    const addon = yield* findAddon(call, app)
    const query = `id=${addon.resourceId}&token=${call.state.ids.secret(40)}&timestamp=${Math.floor(call.now / 1000)}`
    const { updated_at: _, ...rendered } = renderAddon(addon)
    return json({ addon: { ...rendered, sso_url: `${call.state.urls.dashboard(app.region)}/sso?${query}` } })
  })

export const addons: ReadonlyArray<Route> = [
  regionalPublic.get("/addon_categories", () => json({ addon_categories: addonCategories })),

  regionalPublic.get("/addon_providers", (call) => {
    const category = call.query.get("category_id")
    // No provider of the sandbox has dedicated resources.
    const dedicated = call.query.get("dedicated") === "true"
    return json({
      addon_providers: addonProviders
        .filter((it) => !dedicated && (category === null || it.categoryId === category))
        .map(renderProvider)
    })
  }),

  regionalPublic.get("/addon_providers/:addonProviderId/plans", (call) => {
    const provider = findProvider(call.param("addonProviderId"))
    const all = call.query.get("show_all") === "true"
    return provider === undefined
      ? notFound("addon_provider")
      : json({ plans: provider.plans.filter((plan) => all || !plan.disabled).map(renderCataloguePlan) })
  }),

  regional.get(
    "/apps/:app/addons",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ addons: select(call.state.addons, (addon) => addon.appId === app.id).map(renderAddon) })
      )
  ),

  regional.post("/apps/:app/addons", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const input = yield* call.input("addon", ProvisionInput)
      const provider = findProvider(input.addon_provider_id)
      if (provider === undefined) return yield* notFound("addon_provider")
      const plan = yield* choosePlan(call, provider, input.plan_id)
      const { addon, variables } = provision(call.state, app, provider, plan, input.options ?? {})
      recordAddon(call, "new_addon", app, addon, {})
      return json({
        addon: renderAddon(addon),
        message: `${provider.name} is being provisioned`,
        variables
      }, 201)
    })),

  regional.get("/apps/:app/addons/:addonId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return json({ addon: renderAddon(yield* findAddon(call, app)) })
    })),

  regional.patch("/apps/:app/addons/:addonId", upgrade),
  regional.put("/apps/:app/addons/:addonId", upgrade),

  regional.delete("/apps/:app/addons/:addonId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const addon = yield* findAddon(call, app)
      recordAddon(call, "delete_addon", app, addon, {})
      deprovision(call.state, app, addon)
      return empty()
    })),

  regional.post("/apps/:app/addons/:addonId/token", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const addon = yield* findAddon(call, app)
      const { updated_at: _, ...rendered } = renderAddon(addon)
      return json({ addon: { ...rendered, token: issueAddonToken(call.state, call.account, addon.id) } })
    })),

  regional.post("/apps/:app/addons/:addonId/sso", sso),
  regional.get("/apps/:app/addons/:addonId/sso", sso),

  regional.post("/apps/:app/addons/:addonId/resume", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const addon = yield* findAddon(call, app)
      if (addon.status !== "suspended") return yield* invalid({ addon: ["is not suspended"] })
      addon.status = "running"
      addon.updatedAt = call.now
      recordAddon(call, "resume_addon", app, addon, {})
      return json({ addon: renderAddon(addon), message: "The addon is running again" })
    }))
]
