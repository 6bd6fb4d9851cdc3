/**
 * Log drains of apps and addons.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findAddon, findApp } from "../access.js"
import { providerOf } from "../addons.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { record } from "../events.js"
import type { Addon, App } from "../models.js"
import { badRequest, empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { statePart } from "../state.js"

/** URLs, by the id of the app or the addon. */
const drains = statePart(() => new Map<string, ReadonlyArray<string>>())

const Input = Schema.Struct({
  type: Schema.String,
  token: nullish(Schema.String),
  host: nullish(Schema.String),
  port: nullish(Schema.String),
  drain_region: nullish(Schema.String),
  url: nullish(Schema.String)
})

type Field = Exclude<keyof typeof Input.Type, "type">

interface Kind {
  readonly needs: ReadonlyArray<Field>
  readonly url: (given: { readonly [F in Field]: string }) => string
}

const kinds: { readonly [type: string]: Kind } = {
  appsignal: {
    needs: ["token"],
    // The host and the port may be given as well.
    url: ({ host, port, token }) => `appsignal://:${token}@${host || "appsignal-endpoint.net"}:${port || "443"}`
  },
  datadog: {
    needs: ["token", "drain_region"],
    url: ({ drain_region, token }) => `datadog://${token}?region=${drain_region}`
  },
  "ovh-graylog": { needs: ["token", "host"], url: ({ host, token }) => `ovh://:${token}@${host}:6514` },
  logentries: { needs: ["token"], url: ({ token }) => `logentries://:${token}@data.logentries.com:443` },
  papertrail: { needs: ["host", "port"], url: ({ host, port }) => `papertrail://${host}:${port}` },
  logtail: { needs: ["token"], url: ({ token }) => `logtail://:${token}@in.logs.betterstack.com:443` },
  syslog: {
    needs: ["host", "port"],
    url: ({ host, port, token }) => `syslog://${token === "" ? "" : `:${token}@`}${host}:${port}`
  },
  elk: { needs: ["url"], url: ({ url }) => url }
}

const isPort = (text: string) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

const readUrl = (call: Call): Effect.Effect<string, Refusal> =>
  Effect.flatMap(call.input("drain", Input), (input) => {
    const kind = kinds[input.type]
    if (kind === undefined) return invalid({ type: ["is not included in the list"] })
    const given = {
      token: input.token ?? "",
      host: input.host ?? "",
      port: input.port ?? "",
      drain_region: input.drain_region ?? "",
      url: input.url ?? ""
    }
    const errors: { [field: string]: ReadonlyArray<string> } = {}
    for (const field of kind.needs) {
      if (given[field] === "") errors[field] = ["can't be blank"]
    }
    if (given.port !== "" && !isPort(given.port)) errors["port"] = ["is invalid"]
    return Object.keys(errors).length > 0 ? invalid(errors) : Effect.succeed(kind.url(given))
  })

/** Reads the URL of the drain to remove: from the body as documented, or from the query as the Go client sends it. */
const readRemovedUrl = (call: Call): Effect.Effect<string, Refusal> => {
  const asked = call.query.get("url")
  if (asked !== null && asked !== "") return Effect.succeed(asked)
  return Effect.flatMap(call.json, (body) => {
    const url = typeof body === "object" && body !== null && "url" in body ? body.url : undefined
    return typeof url === "string" && url !== ""
      ? Effect.succeed(url)
      : badRequest("param is missing or the value is empty: url")
  })
}

const urlsOf = (call: Call, id: string) => drains(call.state).get(id) ?? []

const list = (call: Call, app: App, id: string) =>
  json({ drains: urlsOf(call, id).map((url) => ({ app_id: app.id, url })) })

const recordDrain = (call: Call, type: "new" | "delete", app: App, addon: Addon | undefined, url: string) =>
  addon === undefined
    ? record(call.state, { type: `${type}_log_drain`, user: call.account, app, data: { url } })
    : record(call.state, {
      type: `${type}_addon_log_drain`,
      user: call.account,
      app,
      data: { url, addon_uuid: addon.id, addon_name: providerOf(addon).name }
    })

const create = (call: Call, app: App, addon: Addon | undefined) =>
  Effect.map(
    Effect.filterOrElse(
      readUrl(call),
      (url) => !urlsOf(call, addon?.id ?? app.id).includes(url),
      () => invalid({ url: ["has already been taken"] })
    ),
    (url) => {
      const id = addon?.id ?? app.id
      drains(call.state).set(id, [...urlsOf(call, id), url])
      recordDrain(call, "new", app, addon, url)
      return json({ drain: { url } }, 201)
    }
  )

const remove = (call: Call, app: App, addon: Addon | undefined) =>
  Effect.flatMap(readRemovedUrl(call), (url): Effect.Effect<ReturnType<typeof empty>, Refusal> => {
    const id = addon?.id ?? app.id
    if (!urlsOf(call, id).includes(url)) return notFound("log_drain")
    drains(call.state).set(id, urlsOf(call, id).filter((known) => known !== url))
    recordDrain(call, "delete", app, addon, url)
    return Effect.succeed(empty())
  })

export const logDrains: ReadonlyArray<Route> = [
  regional.get("/apps/:app/log_drains", (call) => Effect.map(findApp(call), (app) => list(call, app, app.id))),
  regional.post(
    "/apps/:app/log_drains",
    (call) => Effect.flatMap(findAppToChange(call), (app) => create(call, app, undefined))
  ),
  regional.delete(
    "/apps/:app/log_drains",
    (call) => Effect.flatMap(findAppToChange(call), (app) => remove(call, app, undefined))
  ),

  regional.get("/apps/:app/addons/:addonId/log_drains", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return list(call, app, (yield* findAddon(call, app)).id)
    })),
  regional.post("/apps/:app/addons/:addonId/log_drains", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      return yield* create(call, app, yield* findAddon(call, app))
    })),
  regional.delete("/apps/:app/addons/:addonId/log_drains", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      return yield* remove(call, app, yield* findAddon(call, app))
    }))
]
