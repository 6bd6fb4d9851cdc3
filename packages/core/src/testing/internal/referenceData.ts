/**
 * Reference data, the same for every account: metrics, stacks, event types and notification platforms.
 */
import { oneOf } from "./inputSchemas.js"

export const metrics = [
  { id: "cpu", label: "CPU", suffix: "%", type: "global" },
  { id: "memory", label: "RAM", suffix: "%", type: "global" },
  { id: "swap", label: "Swap", suffix: "%", type: "global" },
  { id: "p95_response_time", label: "Response Time", suffix: "ms", type: "router" },
  { id: "5XX", label: "5xx Errors", suffix: "", type: "router" },
  { id: "all", label: "Requests per Minute", suffix: "rpm", type: "router" },
  { id: "rpm_per_container", label: "RPM per Container", suffix: "rpm", type: "router" }
] as const

/** The id of a metric. */
export const Metric = oneOf(metrics.map((metric) => metric.id))

/** The name of the stack with an id. */
export const stackName = (id: string): string | undefined => stacks.find((it) => it.id === id)?.name

/** A value of a metric, as events show it: `80 %`, `150 rpm`. */
export const valueText = (metricId: string, value: number): string => {
  const suffix = metrics.find((metric) => metric.id === metricId)?.suffix ?? ""
  return suffix === "%" ? `${Math.round(value * 1000) / 10} %` : `${value} ${suffix}`.trim()
}

const defaultVersion = 26

const stack = (version: number, createdAt: string, deprecatedAt: string | null) => ({
  id: `st-scalingo-${version}`,
  name: `scalingo-${version}`,
  base_image: `scalingo/scalingo-${version}:latest`,
  default: version === defaultVersion,
  created_at: createdAt,
  description: `Based on Ubuntu ${version}.04`,
  /** A date without a time. */
  deprecated_at: deprecatedAt
})

export const defaultStack = stack(defaultVersion, "2026-04-27T08:00:00.000Z", null)

export const stacks = [
  defaultStack,
  stack(24, "2024-11-04T09:30:00.000Z", null),
  stack(22, "2022-10-17T08:15:00.147Z", null),
  stack(20, "2021-01-18T10:00:00.512Z", "2025-04-30"),
  stack(18, "2019-04-15T16:15:00.147Z", "2023-04-30")
]

const idFrom = (last: number) => `5982f139d48c360021b1eb${last.toString(16)}`

export const eventCategories = [
  ["app_operations", "App operations"],
  ["addons", "Addons"],
  ["domains", "Domains"],
  ["collaborators", "Collaborators"],
  ["environment", "Environment"],
  ["notifications", "Notifications"],
  ["repository", "Repository"]
].map(([name = "", displayName = ""], index) => ({
  id: idFrom(0x44 + index),
  name,
  display_name: displayName,
  position: index + 1
}))

/** The names differ from the `type` of events: `app_deployed` stands for `deployment`. */
export const eventTypes = [
  [0, "app_deployed", "App deployed", "An app was deployed"],
  [0, "app_restarted", "App restarted", "An app was restarted"],
  [0, "app_scaled", "App scaled", "The containers of an app were scaled"],
  [0, "app_stopped", "App stopped", "An app was stopped"],
  [0, "app_crashed", "App crashed", "A container of an app crashed"],
  [0, "app_crashed_repeated", "App crashed repeatedly", "A container of an app crashes again and again"],
  [0, "app_renamed", "App renamed", "An app was renamed"],
  [0, "app_transferred", "App transferred", "An app has a new owner"],
  [0, "app_stack_changed", "Stack changed", "An app runs on another stack"],
  [0, "app_run", "One-off run", "A one-off container was started"],
  [1, "addon_provisioned", "Addon provisioned", "An addon was added to an app"],
  [1, "addon_upgraded", "Addon plan changed", "An addon has another plan"],
  [1, "addon_deleted", "Addon deleted", "An addon was taken from an app"],
  [1, "addon_suspended", "Addon suspended", "An addon was suspended"],
  [1, "addon_resumed", "Addon resumed", "An addon runs again"],
  [1, "database_backup_succeeded", "Backup done", "A database was backed up"],
  [1, "database_backup_failed", "Backup failed", "A database could not be backed up"],
  [2, "domain_added", "Domain added", "A domain was linked to an app"],
  [2, "domain_edited", "Domain edited", "The certificate of a domain changed"],
  [2, "domain_deleted", "Domain deleted", "A domain was taken from an app"],
  [3, "collaborator_invited", "Collaborator invited", "Someone was invited to an app"],
  [3, "collaborator_accepted", "Collaborator accepted", "Someone accepted an invitation"],
  [3, "collaborator_deleted", "Collaborator deleted", "Someone was taken from an app"],
  [4, "variable_added", "Variable added", "A variable was added"],
  [4, "variable_edited", "Variable edited", "A variable was changed"],
  [4, "variable_deleted", "Variable deleted", "A variable was deleted"],
  [5, "alert_triggered", "Alert triggered", "A metric passed its limit"],
  [5, "log_drain_added", "Log drain added", "Logs are sent somewhere else"],
  [5, "log_drain_deleted", "Log drain deleted", "Logs are no longer sent somewhere"],
  [6, "review_app_created", "Review app created", "A pull request has a review app"],
  [6, "review_app_destroyed", "Review app destroyed", "A review app was deleted"]
].map(([category, name, displayName, description], index) => ({
  id: idFrom(0x4b + index),
  category_id: idFrom(0x44 + Number(category)),
  name: String(name),
  display_name: String(displayName),
  description: String(description),
  template: null
}))

const platform = (id: string, name: string, displayName: string, description: string) => ({
  id,
  name,
  display_name: displayName,
  logo_url: `https://cdn2.scalingo.com/dashboard/assets/images/notification/${name}.svg`,
  available_event_ids: eventTypes.map((type) => type.id),
  description
})

export const notificationPlatforms = [
  platform("5982f145d48c3600273ef089", "slack", "Slack", "Messages in a channel of Slack"),
  platform("5982f145d48c3600273ef08a", "webhook", "Webhook", "Requests to a URL of yours"),
  platform("59c52ac27651ce002c1d4620", "email", "E-mail", "Mails to collaborators and to others"),
  platform("5b5f1d2c85232200126f3740", "rocket_chat", "Rocket.Chat", "Messages in a channel of Rocket.Chat")
]
