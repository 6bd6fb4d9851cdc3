/**
 * The private networks of projects, and the domain names of their containers.
 */
import * as Effect from "effect/Effect"
import { findApp, findProject } from "../access.js"
import { appUuid } from "../apps.js"
import type { App, Container, Project } from "../models.js"
import { readPageParams } from "../pagination.js"
import { json } from "../responses.js"
import { regional, type Route } from "../route.js"
import { select, type State, statePart } from "../state.js"

interface Network {
  readonly id: string
  /** `10.240.3` */
  readonly prefix: string
  /** The last byte of the IP address of each container, by its id. */
  readonly addresses: Map<string, number>
}

const networks = statePart(() => new Map<string, Network>())

const networkOf = (state: State, projectId: string): Network => {
  const all = networks(state)
  const known = all.get(projectId)
  if (known !== undefined) return known
  const id = state.idsOf(`network ${projectId}`).uuid("pn-")
  const network: Network = { id, prefix: `10.240.${all.size % 256}`, addresses: new Map() }
  all.set(projectId, network)
  return network
}

const gateway = 1
/** The addresses of a /24 without the network, broadcast and gateway addresses. */
const capacity = 253

const containersOf = (app: App): Array<Container> => app.containers.filter((it) => it.type !== "one-off")

/** Assigns the lowest free addresses to new containers, and releases those of stopped containers. */
const used = (state: State, project: Project): ReadonlyArray<string> => {
  const { addresses, prefix } = networkOf(state, project.id)
  const running = select(state.apps, (app) => app.projectId === project.id).flatMap(containersOf)
  for (const id of addresses.keys()) if (!running.some((it) => it.id === id)) addresses.delete(id)
  const taken = new Set(addresses.values())
  let free = gateway + 1
  for (const { id } of running) {
    if (addresses.has(id)) continue
    while (taken.has(free)) free++
    if (free > capacity + gateway) break
    addresses.set(id, free)
    taken.add(free)
  }
  return Array.from(addresses.values()).sort((a, b) => a - b).map((last) => `${prefix}.${last}`)
}

export const privateNetworks: ReadonlyArray<Route> = [
  regional.get("/apps/:app/private_network_domain_names", (call) =>
    Effect.map(findApp(call), (app) => {
      const network = networkOf(call.state, app.projectId)
      const domain = `${appUuid(call.state, app)}.${network.id}.private-network.internal.`
      const names = containersOf(app).map((it) => `${it.index}.${it.type}.${domain}`)
      const { page, perPage } = readPageParams(call, { maxPerPage: 50 })
      const pages = Math.max(1, Math.ceil(names.length / perPage))
      // This service has no null: the page before the first one is the first, the page after the last one the last.
      return json({
        domain_names: {
          data: names.slice((page - 1) * perPage, page * perPage),
          meta: {
            current_page: page,
            prev_page: Math.max(1, page - 1),
            next_page: Math.min(pages, page + 1),
            total_pages: pages,
            total_count: names.length,
            per_page: perPage
          }
        }
      })
    })),

  regional.get("/projects/:projectId/private_network", (call) =>
    Effect.map(findProject(call), (project) => {
      const { id, prefix } = networkOf(call.state, project.id)
      const addresses = used(call.state, project)
      return json({
        id,
        subnet: `${prefix}.0/24`,
        gateway: `${prefix}.${gateway}`,
        max_ips_count: capacity,
        used_ips_count: addresses.length,
        used_ips: addresses
      })
    }))
]
