/**
 * The apps that have an addon, for its provider. The username for Basic authentication is the id of the provider, the
 * password `<id>-password`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { accountById } from "../accounts.js"
import { planOf } from "../addons.js"
import { basicCredentials } from "../authentication.js"
import { addonProviders } from "../catalog.js"
import { record } from "../events.js"
import { StringMap } from "../inputSchemas.js"
import type { Addon, AddonProvider, App } from "../models.js"
import { currentOperation, startRestart } from "../operations.js"
import { pageBody } from "../pagination.js"
import { invalid, json, notFound, type Refusal, unauthorized } from "../responses.js"
import { type PublicCall, regionalPublic, type Route } from "../route.js"
import { select } from "../state.js"

const findProvider = (call: PublicCall): Effect.Effect<AddonProvider, Refusal> => {
  const given = basicCredentials(call.header("authorization"))
  const provider = addonProviders.find((it) => it.id === given?.user)
  return provider === undefined || given?.password !== `${provider.id}-password`
    ? unauthorized("Invalid username or password")
    : Effect.succeed(provider)
}

interface Provisioned {
  readonly app: App
  readonly addon: Addon
}

/** The apps of the region that have an addon of a provider. */
const provisioned = (call: PublicCall, provider: AddonProvider): ReadonlyArray<Provisioned> =>
  select(call.state.addons, (addon) => addon.providerId === provider.id)
    .flatMap((addon) => {
      const app = call.state.apps.get(addon.appId)
      return app === undefined || app.region !== call.region ? [] : [{ app, addon }]
    })

const findProvisioned = (call: PublicCall, provider: AddonProvider): Effect.Effect<Provisioned, Refusal> => {
  const found = provisioned(call, provider).find(({ app }) => app.id === call.param("appId"))
  return found === undefined ? notFound("app") : Effect.succeed(found)
}

const render = (call: PublicCall, provider: AddonProvider, { addon, app }: Provisioned) => ({
  addon_provider_id: provider.id,
  id: app.id,
  name: app.name,
  owner_email: accountById(call.state, app.ownerId).email,
  plan: planOf(addon).name,
  config: Object.fromEntries(
    app.variables.filter((variable) => variable.addonId === addon.id).map(({ name, value }) => [name, value])
  )
})

export const providerApps: ReadonlyArray<Route> = [
  regionalPublic.get(
    "/provider/apps",
    (call) =>
      Effect.map(
        findProvider(call),
        (provider) =>
          json(pageBody(call, "apps", provisioned(call, provider), ({ addon, app }) => ({
            addon_provider_id: provider.id,
            app_id: app.id,
            plan: planOf(addon).name
          })))
      )
  ),

  regionalPublic.get("/provider/apps/:appId", (call) =>
    Effect.gen(function*() {
      const provider = yield* findProvider(call)
      return json({ app: render(call, provider, yield* findProvisioned(call, provider)) })
    })),

  regionalPublic.patch("/provider/apps/:appId", (call) =>
    Effect.gen(function*() {
      const { state } = call
      const provider = yield* findProvider(call)
      const found = yield* findProvisioned(call, provider)
      const { addon, app } = found
      const { config } = yield* call.input(
        undefined,
        Schema.Struct({ config: StringMap })
      )
      const unknown = Object.keys(config).filter((name) => name !== provider.variable && name !== "DATABASE_URL")
      if (unknown.length > 0) {
        return yield* invalid({ config: unknown.map((name) => `${name} is not a variable of the manifest`) })
      }
      for (const [name, value] of Object.entries(config)) {
        const known = app.variables.find((variable) => variable.name === name)
        if (known === undefined) app.variables.push({ id: state.ids.hex(), name, value, addonId: addon.id })
        else {
          record(state, {
            type: "edit_variable",
            app,
            data: { name, value, old_value: known.value, addon_name: provider.name }
          })
          known.value = value
        }
      }
      if (app.lastDeployedAt !== null && currentOperation(state, app) === undefined) {
        startRestart(state, app, { data: { scope: null, addon_name: provider.name } })
      }
      return json({ app: render(call, provider, found) })
    }))
]
