import { layer, ScmIntegrations } from "@effect-scalingo/core/ScmIntegrations"
import { driver } from "../driver.js"

export default driver("ScmIntegrations", ScmIntegrations, layer, {
  list: (integrations) => integrations.list,
  find: (integrations) => integrations.get("integrationId"),
  create: (integrations) =>
    integrations.create({
      scm_type: "gitlab-self-hosted",
      url: "https://gitlab.example.com",
      access_token: "e9740ca2466cf4da5e6c3a9e79a64f84bdf4b3b2"
    }),
  delete: (integrations) => integrations.delete("integrationId"),
  importKeys: (integrations) => integrations.importKeys("integrationId"),
  searchRepositories: (integrations) =>
    integrations.searchRepositories("integrationId", { query: "example fork:true user:john-diggle" }),
  listOrganizations: (integrations) => integrations.listOrganizationsPage("integrationId", { page: 1, perPage: 20 }),
  searchPullRequests: (integrations) => integrations.searchPullRequests("integrationId", { query: "is:open" }),
  listBranches: {
    send: (integrations) => integrations.listBranches("integrationId", { repoName: "john-diggle/example-repository" }),
    response: { json: { branches: [{ name: "main" }, { name: "develop" }] } }
  }
})
