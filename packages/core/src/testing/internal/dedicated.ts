/**
 * Databases with dedicated resources: each is an app that holds nothing but its database.
 */
import type { Addon, AddonProvider, App, Plan } from "./records.js"
import { slot, type State } from "./state.js"

export interface NetPeering {
  readonly id: string
  readonly outscaleId: string
  readonly sourceNetId: string
  readonly sourceAccountId: string
  readonly endpointId: string
  status: "active" | "deleted"
  readonly createdAt: number
  updatedAt: number
}

export interface Dedicated {
  readonly app: App
  readonly provider: AddonProvider
  /** The one that it was created with. */
  readonly plan: Plan
  /** Nobody finds it before. */
  readonly visibleAt: number
  /** Comes later than the app. */
  addon: Addon | undefined
  readonly network: { readonly id: string; readonly accountId: string; readonly ipRange: string }
  readonly endpointId: string
  readonly peerings: Map<string, NetPeering>
}

/** By the id of the app, in order of creation. */
export const dedicatedRecords = slot(() => new Map<string, Dedicated>())

/** The ids of apps in the form of today: `ap-…`. */
const appUuids = slot(() => new Map<string, string>())

export const appUuid = (state: State, app: App): string => {
  const known = appUuids(state)
  const uuid = known.get(app.id) ?? state.ids.uuid("ap-")
  known.set(app.id, uuid)
  return uuid
}
