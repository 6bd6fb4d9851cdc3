/**
 * The events of the addons of an app.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { union } from "../internal/lazySchema.js"
import { nullish } from "../schema/ScalingoSchema.js"
import { event } from "./internal/eventSchema.js"

const addonData = {
  addon_provider_name: nullish(Schema.String),
  plan_name: nullish(Schema.String),
  resource_id: nullish(Schema.String)
}

/**
 * `new_addon`: an addon was provisioned.
 *
 * @category schemas
 */
export const NewAddonEvent = event("new_addon", addonData)

export interface NewAddonEvent extends Schema.Schema.Type<typeof NewAddonEvent> {}

/**
 * `upgrade_addon`: the plan of an addon was changed.
 *
 * @category schemas
 */
export const UpgradeAddonEvent = event("upgrade_addon", {
  addon_provider_name: nullish(Schema.String),
  plan_name: nullish(Schema.String),
  resource_id: nullish(Schema.String),
  old_plan_name: nullish(Schema.String),
  new_plan_name: nullish(Schema.String)
})

export interface UpgradeAddonEvent extends Schema.Schema.Type<typeof UpgradeAddonEvent> {}

/**
 * `delete_addon`: an addon was removed.
 *
 * @category schemas
 */
export const DeleteAddonEvent = event("delete_addon", addonData)

export interface DeleteAddonEvent extends Schema.Schema.Type<typeof DeleteAddonEvent> {}

/**
 * `resume_addon`: a suspended addon was resumed.
 *
 * @category schemas
 */
export const ResumeAddonEvent = event("resume_addon", {
  addon_provider_name: nullish(Schema.String),
  plan_name: nullish(Schema.String),
  resource_id: nullish(Schema.String)
})

export interface ResumeAddonEvent extends Schema.Schema.Type<typeof ResumeAddonEvent> {}

/**
 * `suspend_addon`: an addon was suspended.
 *
 * @category schemas
 */
export const SuspendAddonEvent = event("suspend_addon", {
  addon_provider_name: nullish(Schema.String),
  plan_name: nullish(Schema.String),
  resource_id: nullish(Schema.String),
  reason: nullish(Schema.String)
})

export interface SuspendAddonEvent extends Schema.Schema.Type<typeof SuspendAddonEvent> {}

/**
 * `addon_updated`: the provider of an addon changed it.
 *
 * @category schemas
 */
export const AddonUpdatedEvent = event("addon_updated", {
  addon_id: nullish(Schema.String),
  addon_plan_name: nullish(Schema.String),
  addon_resource_id: nullish(Schema.String),
  addon_provider_id: nullish(Schema.String),
  addon_provider_name: nullish(Schema.String),
  /** The status before and the status after, in this order. */
  status: nullish(Schema.Array(Schema.String)),
  attributes_changed: nullish(Schema.Array(Schema.String))
})

export interface AddonUpdatedEvent extends Schema.Schema.Type<typeof AddonUpdatedEvent> {}

/**
 * An event of an addon.
 *
 * @category schemas
 */
export const AddonEvent = union(
  NewAddonEvent,
  UpgradeAddonEvent,
  DeleteAddonEvent,
  ResumeAddonEvent,
  SuspendAddonEvent,
  AddonUpdatedEvent
)

export type AddonEvent =
  | NewAddonEvent
  | UpgradeAddonEvent
  | DeleteAddonEvent
  | ResumeAddonEvent
  | SuspendAddonEvent
  | AddonUpdatedEvent
