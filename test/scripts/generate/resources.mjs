/**
 * `resources/Resources.ts`: the services of all resources in one layer.
 */
import { relative } from "node:path"
import { docBlock, nameOf, notice, sourceOf } from "./modules.mjs"

const isTagged = (path) =>
  new RegExp(`^export class ${nameOf(path)}\\s+extends Context\\.Tag\\(`, "m").test(sourceOf("packages/core", path))

const importOf = (path) =>
  `import * as ${nameOf(path)} from "./${relative("resources", path).replaceAll("\\", "/")}.js"`

/** The order that dprint gives to imports. */
const bySpecifier = (one, other) => {
  const key = (line) => line.slice(line.indexOf("\"")).toLowerCase()
  return key(one) < key(other) ? -1 : 1
}

export const resources = (paths) => {
  const services = paths.filter((path) => path.startsWith("resources/") && isTagged(path))
  return `${docBlock(`All resources together: one service each, in one layer.\n\n${notice}\n\n@since 0.1.0`)}
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AuthApi, BillingApi, DatabaseApi, RegionalApi } from "../client/ApiClient.js"
import type { LiveSockets } from "../client/LiveSockets.js"
import type { SignedUrls } from "../client/SignedUrls.js"
${services.map(importOf).sort(bySpecifier).join("\n")}

/**
 * The services of all resources.
 *
 * @category models
 */
export type Resources =
${services.map((path) => `  | ${nameOf(path)}.${nameOf(path)}`).join("\n")}

const serviceOf = <Id, Service, R>(
  tag: Context.Tag<Id, Service>,
  make: Effect.Effect<Service, never, R>
): Effect.Effect<Context.Context<Id>, never, R> => Effect.map(make, (service) => Context.make(tag, service))

/**
 * All resources, on top of the four APIs, the transfers and the sockets. They are made one after the other: a layer for
 * each of them would be built in a fiber of its own, which takes longer.
 *
 * @category layers
 */
export const layer: Layer.Layer<
  Resources,
  never,
  RegionalApi | AuthApi | BillingApi | DatabaseApi | SignedUrls | LiveSockets
> = Layer.effectContext(
  Effect.map(
    Effect.all([
${services.map((path) => `      serviceOf(${nameOf(path)}.${nameOf(path)}, ${nameOf(path)}.make)`).join(",\n")}
    ]),
    (contexts) => Context.mergeAll(...contexts)
  )
)
`
}
