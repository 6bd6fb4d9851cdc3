/**
 * The responses that the benchmarks read: apps, events and a bearer of realistic size.
 */

const hex = (prefix, index) => `${prefix}${index.toString(16).padStart(24 - prefix.length, "0")}`
const uuid = (index) => `82a3cac5-9b25-473e-b33d-${index.toString(16).padStart(12, "0")}`
const instant = (index) => new Date(Date.UTC(2026, 0, 1) + index * 86_413_377).toISOString().replace("Z", "+01:00")

const user = { username: "john", email: "john@example.com", id: "us-0e6d8e46-5cd0-42a4-acba-372b2be605ac" }

const statuses = ["running", "running", "running", "stopped", "restarting"]

/**
 * An app with all fields that the documentation lists. Those that few apps have are null. What only the types of the
 * official JavaScript client declare, and no known response has, is left out: see {@link withLastEvent}.
 */
export const makeApp = (index) => {
  const name = index === 0 ? "example-app" : `example-app-${index}`
  return {
    id: hex("54100930", index),
    uuid: `ap-${uuid(index)}`,
    name,
    region: "osc-fr1",
    created_at: instant(index),
    updated_at: instant(index + 40),
    status: statuses[index % statuses.length],
    git_url: `git@ssh.osc-fr1.scalingo.com:${name}.git`,
    git_source: null,
    url: `https://${name}.osc-fr1.scalingo.io`,
    base_url: `https://${name}.osc-fr1.scalingo.io`,
    owner: { ...user, flags: { beta_user: true } },
    project: { id: `pr-${uuid(index % 7)}`, name: "example-project" },
    links: { deployments_stream: `wss://deployments.osc-fr1.scalingo.com/apps/${name}` },
    stack_id: "st-9d5bf098-01df-4194-8160-9779cfbc7122",
    force_https: true,
    sticky_session: false,
    router_logs: index % 2 === 0,
    flags: { autoscaling: true, new_router: false },
    limits: { "git-repository-size": 1_000_000_000, "max-deploy-duration": 3600 },
    last_deployed_at: instant(index + 30),
    last_deployed_by: "john",
    last_deployment_id: `de-${uuid(index + 1000)}`,
    data_access_consent: null,
    hds_resource: false,
    private_networks_ids: []
  }
}

/** The largest of the fields that no known response has. */
export const withLastEvent = (app, index) => ({
  ...app,
  last_event: {
    id: hex("54dcdd4a", index),
    created_at: instant(index + 31),
    user,
    app_id: app.id,
    app_name: app.name,
    type: "restart",
    type_data: { scope: ["web"], reason: "user_restart" }
  }
})

const deployment = (index) => ({
  deployment_id: hex("5343eccd", index),
  deployment_uuid: `de-${uuid(index)}`,
  deployment_type: "deployment",
  pusher: "john",
  git_ref: "58c778ff1c6d275c49af18adca456acd98db4ad0",
  git_ref_url: "https://github.com/john/example-app/commit/58c778ff1c6d275c49af18adca456acd98db4ad0",
  status: "success",
  duration: 40 + index % 60,
  stack: "scalingo-24",
  finished_at: instant(index),
  last_commits: { commits: [], remaining: 0 }
})

/** What an app that is deployed often has: how many of each type in a hundred events, and their data. */
const eventMix = [
  ["deployment", 25, deployment],
  ["restart", 18, () => ({ scope: ["web", "worker"], reason: "user_restart" })],
  ["scale", 12, () => ({ previous_containers: { web: 1, worker: 0 }, containers: { web: 2, worker: 1 } })],
  ["edit_variable", 9, () => ({ name: "RELEASE", old_value: "v41", value: "v42" })],
  ["edit_variables", 6, () => ({
    updated_vars: [{ name: "RELEASE", value: "v42", old_value: "v41" }],
    new_vars: [{ name: "LOG_LEVEL", value: "info" }],
    deleted_vars: []
  })],
  ["run", 6, () => ({ command: "bundle exec rake db:migrate", audit_log_id: uuid(3), audit_log_size: 122_445 })],
  ["alert", 6, () => ({
    sender_name: "web",
    metric: "cpu",
    limit: 0.8,
    limit_text: "80%",
    value: 0.92,
    value_text: "92%",
    activated: true,
    send_when_below: false,
    raw_limit: 0.8,
    raw_value: 0.92
  })],
  ["crash", 4, () => ({ container_type: "web", crash_logs: "Error: listen EADDRINUSE", logs_url: null })],
  ["database_backup_succeeded", 7, (index) => ({
    addon_name: "PostgreSQL",
    resource_id: "example-app-6184",
    addon_uuid: `ad-${uuid(4)}`,
    backup_id: hex("692025a8", index),
    backup_status: "done",
    backup_method: "periodic",
    started_at: instant(index),
    ended_at: instant(index)
  })],
  ["new_domain", 2, () => ({ hostname: "www.example.com", ssl: false })],
  ["upgrade_addon", 2, () => ({
    addon_provider_name: "scalingo-mysql",
    old_plan_name: "mysql-starter-512",
    new_plan_name: "mysql-starter-1024",
    resource_id: "0abcdef-123456-bcccde-1bcdef"
  })],
  ["new_collaborator", 2, () => ({ collaborator: { email: "alice@example.com", is_limited: false } })],
  ["stop_app", 1, () => ({ reason: "user_stop" })]
]

const eventTypes = eventMix.flatMap(([type, count, data]) => Array.from({ length: count }, () => ({ type, data })))

/** Spreads the types over the page. 37 and 100 have no common divisor, so that each place has one. */
const makeEvent = (index) => {
  const { data, type } = eventTypes[index * 37 % eventTypes.length]
  return {
    id: hex("54dcdd4a", index),
    created_at: instant(index),
    user,
    app_id: hex("54100930", 0),
    app_name: "example-app",
    type,
    type_data: data(index)
  }
}

export const eventsPerPage = 100

export const makeApps = (count) => Array.from({ length: count }, (_, index) => makeApp(index))

/** No two pages have the same events. */
export const makeEvents = (page = 1) =>
  Array.from({ length: eventsPerPage }, (_, index) => makeEvent((page - 1) * eventsPerPage + index))

export const makePagination = (page, totalPages) => ({
  current_page: page,
  next_page: page < totalPages ? page + 1 : null,
  prev_page: page > 1 ? page - 1 : null,
  total_pages: totalPages,
  total_count: totalPages * eventsPerPage,
  per_page: eventsPerPage
})

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** A bearer of the usual length, valid for a day. */
export const makeBearer = () => {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: "Scalingo Authentication Service", iat: now, exp: now + 86_400, uuid: uuid(1), rnd: uuid(2) }
  return `${base64({ typ: "JWT", alg: "HS512" })}.${base64(claims)}.${"A".repeat(86)}`
}
