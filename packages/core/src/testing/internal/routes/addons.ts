/**
 * Addons, their providers and plans.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findAddon, findApp, requirePayment } from "../access.js"
import {
  changePlan,
  deprovision,
  planOf,
  providerOf,
  provision,
  recordAddon,
  renderAddon,
  renderCataloguePlan,
  renderProvider,
  run
} from "../addons.js"
import { issueAddonToken } from "../authentication.js"
import { addonCategories, addonProviders, findPlan, findProvider } from "../catalog.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { NonBlank, StringMap } from "../inputSchemas.js"
import type { AddonProvider, Plan } from "../models.js"
import { badRequest, empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, regionalPublic, type Route } from "../route.js"
import { ofApp } from "../state.js"

const ProvisionInput = Schema.Struct({ addon_provider_id: NonBlank, plan_id: NonBlank, options: nullish(StringMap) })

const choosePlan = (call: Call, provider: AddonProvider, id: string): Effect.Effect<Plan, Refusal> => {
  const plan = findPlan(provider, id)
  if (plan === undefined) return notFound("plan")
  if (plan.disabled) return invalid({ plan_id: ["is not available any more"] })
  return plan.price === 0
    ? Effect.succeed(plan)
    : Effect.as(requirePayment(call, "you need a payment method to use a plan that costs something"), plan)
}

const upgrade = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const addon = yield* findAddon(call, app)
    const { plan_id } = yield* call.input("addon", Schema.Struct({ plan_id: NonBlank }))
    const plan = yield* choosePlan(call, providerOf(addon), plan_id)
    if (addon.status !== "running") return yield* invalid({ addon: [`is ${addon.status}`] })
    const before = planOf(addon)
    if (plan.id === before.id) return yield* invalid({ plan_id: ["is already the plan of the addon"] })
    changePlan(call.state, addon, plan)
    recordAddon(call.state, {
      type: "upgrade_addon",
      user: call.account,
      app,
      addon,
      more: { old_plan_name: before.name, new_plan_name: plan.name }
    })
    // The documentation and the official clients name these keys differently. The response has all of them.
    return json({
      addon: renderAddon(addon),
      message: `The plan is being changed to ${plan.name}`,
      variables: [],
      vars: []
    })
  })

const sso = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const addon = yield* findAddon(call, app)
    const query = `id=${addon.resourceId}&token=${call.state.ids.secret(40)}&timestamp=${Math.floor(call.now / 1000)}`
    const { updated_at: _, ...rendered } = renderAddon(addon)
    return json({ addon: { ...rendered, sso_url: `${call.state.urls.dashboard(app.region)}/sso?${query}` } })
  })

export const addons: ReadonlyArray<Route> = [
  regionalPublic.get("/addon_categories", () => json({ addon_categories: addonCategories })),

  regionalPublic.get("/addon_providers", (call) => {
    const category = call.query.get("category_id")
    const dedicated = call.query.get("dedicated") === "true"
    return json({
      addon_providers: addonProviders
        .filter((it) => (!dedicated || it.dedicated) && (category === null || it.categoryId === category))
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
        (app) => json({ addons: ofApp(call.state.addons, app).map(renderAddon) })
      )
  ),

  regional.post("/apps/:app/addons", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const { plan_id: wanted } = yield* call.input("addon", Schema.Struct({ plan_id: nullish(Schema.String) }))
      if (wanted == null || wanted === "") return yield* badRequest("plan_id is required")
      const input = yield* call.input("addon", ProvisionInput)
      const provider = findProvider(input.addon_provider_id)
      if (provider === undefined) return yield* notFound("addon_provider")
      if (provider.dedicated) return yield* invalid({ addon_provider_id: ["has databases with apps of their own"] })
      const plan = yield* choosePlan(call, provider, input.plan_id)
      const { addon, variables } = provision(call.state, app, provider, plan)
      recordAddon(call.state, { type: "new_addon", user: call.account, app, addon })
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
      const app = yield* findAppToChange(call)
      const addon = yield* findAddon(call, app)
      recordAddon(call.state, { type: "delete_addon", user: call.account, app, addon })
      deprovision(call.state, app, addon)
      return empty()
    })),

  regional.post("/apps/:app/addons/:addonId/token", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const addon = yield* findAddon(call, app)
      const { updated_at: _, ...rendered } = renderAddon(addon)
      return json({ addon: { ...rendered, token: issueAddonToken(call.state, call.account, addon.id) } })
    })),

  regional.post("/apps/:app/addons/:addonId/sso", sso),
  regional.get("/apps/:app/addons/:addonId/sso", sso),

  regional.post("/apps/:app/addons/:addonId/resume", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const addon = yield* findAddon(call, app)
      if (addon.status !== "suspended") return yield* invalid({ addon: ["is not suspended"] })
      run(call.state, addon)
      recordAddon(call.state, { type: "resume_addon", user: call.account, app, addon })
      return json({ addon: renderAddon(addon), message: "The addon is running again" })
    }))
]
