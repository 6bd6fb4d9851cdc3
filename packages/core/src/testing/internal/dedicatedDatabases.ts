/**
 * Databases with dedicated resources: each is an app that holds nothing but its database.
 */
import type { Addon, AddonProvider, App, Plan } from "./models.js"
import { slot } from "./state.js"

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

export interface DedicatedDatabase {
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
export const dedicatedDatabasesOf = slot(() => new Map<string, DedicatedDatabase>())
