/**
 * Databases with dedicated resources: each is an app of its own, without containers.
 */
import type { Addon, AddonProvider, App, Plan } from "./models.js"
import { statePart } from "./state.js"

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
  /** The plan at creation. */
  readonly plan: Plan
  /** A request before this instant gets 404. */
  readonly visibleAt: number
  /** Provisioned later than the app is created. */
  addon: Addon | undefined
  readonly network: { readonly id: string; readonly accountId: string; readonly ipRange: string }
  readonly endpointId: string
  readonly peerings: Map<string, NetPeering>
}

/** By the id of the app, in order of creation. */
export const dedicatedDatabasesOf = statePart(() => new Map<string, DedicatedDatabase>())
