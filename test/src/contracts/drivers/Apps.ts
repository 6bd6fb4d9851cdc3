import { Apps, type AppsService, layer } from "@effect-scalingo/core/Apps"
import { driver } from "../driver.js"

/** The inventory's examples of responses with an app are cut short. */
const app = {
  id: "51e938266edff4fac9100005",
  uuid: "ap-1d6e59a0-5377-11e8-90e6-0242ac110052",
  name: "example-app",
  region: "osc-fr1",
  created_at: "2013-07-19T14:59:18.329+02:00",
  updated_at: "2015-02-02T18:00:18.041+01:00",
  status: "running",
  git_url: "git@scalingo.com:example-app.git",
  git_source: null,
  url: "https://example-app.osc-fr1.scalingo.io",
  base_url: "https://example-app.osc-fr1.scalingo.io",
  owner: { email: "user@example.com", id: "51d73c1e6edfeab537000001", username: "example-user" },
  project: { id: "pr-82a3cac5-9b25-473e-b33d-6272b87e636f", name: "example-project" },
  links: { deployments_stream: "wss://deployments.scalingo.com/apps/example-app" },
  stack_id: "st-44b8ae3c-db5d-4e17-9344-65dcbfab095e",
  force_https: true,
  sticky_session: false,
  router_logs: true,
  flags: { noexec: false },
  limits: { "git-repository-size": 1_000_000_000 },
  last_deployed_at: "2014-11-16T12:17:16.137+01:00",
  last_deployed_by: "example-user",
  last_deployment_id: "58c2b15af1453a0001e24d23",
  data_access_consent: {
    app_id: "ap-1d6e59a0-5377-11e8-90e6-0242ac110052",
    user_id: "51d73c1e6edfeab537000001",
    databases_until: null,
    containers_until: "2015-02-10T18:00:18.041+01:00"
  },
  hds_resource: false,
  private_networks_ids: []
}
const response = { json: { app } }
const becauseCut = "the example has the name only"

export default driver("Apps", Apps, layer, {
  create: (apps) => apps.create({ name: "example-app" }),
  list: { send: (apps: AppsService) => apps.list, response: { json: { apps: [app, app] } }, because: becauseCut },
  find: (apps) => apps.get("app"),
  listContainers: (apps) => apps.listContainers("app"),
  listContainerTypes: (apps) => apps.listContainerTypes("app"),
  scale: (apps) => apps.scale("app", [{ name: "web", amount: 2, size: "L" }]),
  restart: (apps) => apps.restart("app", { scope: ["web"] }),
  delete: (apps) => apps.delete("app", { currentName: "app" }),
  rename: {
    send: (apps: AppsService) => apps.rename("app", { current_name: "example-app", new_name: "renamed-example-app" }),
    response: { json: { app: { ...app, name: "renamed-example-app" } } },
    because: becauseCut
  },
  transfer: {
    send: (apps: AppsService) => apps.transfer("app", "user2@example.com", { currentName: "app" }),
    response,
    because: becauseCut
  },
  update: {
    send: (apps: AppsService) =>
      apps.update("app", {
        force_https: true,
        router_logs: false,
        project_id: "pr-82a3cac5-9b25-473e-b33d-6272b87e636f"
      }),
    response,
    because: becauseCut
  },
  logsUrl: (apps) => apps.logsUrl("app"),
  logsArchives: (apps) => apps.logsArchivesPage("app", { cursor: "234567", page: 1 }),
  run: (apps) => apps.run("app", { command: "bundle exec rails console", env: { VAR1: "VAL1" }, size: "L" }),
  stopContainer: (apps) => apps.stopContainer("app", "containerId"),
  sendSignal: (apps) => apps.sendSignal("app", "containerId", "SIGUSR1"),
  createChildApp: (apps) => apps.createChildApp("parentApp", { name: "example-child-app" }),
  listChildApps: {
    send: (apps: AppsService) => apps.listChildAppsPage("parentApp", { page: 1, perPage: 20 }),
    response: {
      json: {
        child_apps: [{ ...app, parent_app_name: "example-parent-app" }],
        meta: { pagination: { current_page: 1, prev_page: null, next_page: null, total_pages: 1, total_count: 1 } }
      }
    },
    because: "the example has four fields and no page numbers"
  },
  recommendedValue: (apps) => apps.recommendedValue("app", "metric", { containerType: "web" }),
  metrics: (apps) =>
    apps.metrics("app", "metric", {
      containerType: "containerType",
      containerIndex: "containerIndex",
      since: 24,
      statusCode: "all",
      statisticsType: "p95",
      last: true
    }),
  stats: (apps) => apps.stats("app")
})
