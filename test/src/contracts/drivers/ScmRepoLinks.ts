import { layer, ScmRepoLinks, type ScmRepoLinksService } from "@effect-scalingo/core/ScmRepoLinks"
import { driver } from "../driver.js"

const link = {
  scm_repo_link: {
    id: "42d04de5-5377-11e8-90e6-0242ac110052",
    app_id: "1d6e59a0-5377-11e8-90e6-0242ac110052",
    auth_integration_uuid: "14235182-54f4-4951-be65-d78020615818",
    linker: { id: "us-aa263090-9a23-81f5-8c7c-5fd9a50a8fa8", username: "john", email: "john.doe@example.com" },
    created_at: "2018-05-09T12:53:52.276+02:00",
    updated_at: "2018-06-01T11:45:26.078+02:00",
    owner: "Scalingo",
    repo: "sample-go-martini",
    branch: "prod",
    scm_type: "github",
    auto_deploy_enabled: true,
    github_integration_uuid: "42d04de5-5377-11e8-90e6-0242ac110052",
    deploy_review_apps_enabled: true,
    delete_on_close_enabled: true,
    hours_before_delete_on_close: 0,
    delete_stale_enabled: false,
    hours_before_delete_stale: 0,
    automatic_creation_from_forks_allowed: false,
    last_auto_deploy_at: "0001-01-01T00:00:00Z"
  }
}

const pull = {
  id: 1431362595,
  number: 186,
  title: "deps: upgrade Ruby",
  html_url: "https://github.com/Scalingo/example-app/pull/186",
  source_repo_name: "Scalingo/example-app",
  source_repo_html_url: "https://github.com/Scalingo/example-app",
  opened_from_a_forked_repo: false
}

const reviewApp = {
  id: "1d6e59a0-5377-11e8-90e6-0242ac110052",
  repo_link_id: "29b4c829-4150-11eb-97f7-0242ac11000e",
  app_id: "5343eccd646173000a140000",
  app_name: "example-app-pr42",
  parent_app_id: "54100930736f7563d5030000",
  parent_app_name: "example-app",
  created_at: "2023-07-18T16:41:44Z",
  stale_deletion_date: "0001-01-01T00:00:00Z",
  on_close_deletion_date: "2135-01-17T08:41:44Z",
  pull_request: {
    number: 42,
    branch_name: "Scalingo:my-fix",
    source_repo_id: 0,
    source_repo_name: "",
    source_repo_url: "",
    target_repo_id: 0,
    title: "Sort by",
    url: "https://api.github.com/repos/Scalingo/example-app/pulls/42",
    html_url: "https://github.com/Scalingo/example-app/pull/42",
    ref: "0bc7322dc67167969fdc23d217adcfe8d1d6c089",
    base_ref: "",
    created_at: "2023-07-18T16:41:44Z",
    closed_at: "0001-01-01T00:00:00Z"
  },
  last_deployment: null
}

const deployment = {
  app_id: "54100930736f7563d5030000",
  created_at: "2014-09-10T10:49:42.390+02:00",
  git_ref: "abcdef1234567890",
  status: "success",
  id: "123e4567-e89b-12d3-a456-426655440000",
  pusher: { email: "user@example.com", id: "54100245736f7563d5000000", username: "john" }
}

export default driver("ScmRepoLinks", ScmRepoLinks, layer, {
  list: (links) => links.listPage({ page: 1, perPage: 20, authIntegrationUuid: "auth_integration_uuid" }),
  create: {
    send: (links: ScmRepoLinksService) =>
      links.create("app", {
        source: "https://github.com/Scalingo/sample-go-martini",
        branch: "master",
        auto_deploy_enabled: true,
        deploy_review_apps_enabled: true,
        delete_on_close_enabled: true,
        automatic_creation_from_forks_allowed: false,
        hours_before_delete_on_close: 0
      }),
    response: { status: 201, json: link }
  },
  update: {
    send: (links: ScmRepoLinksService) => links.update("app", { branch: "prod", auto_deploy_enabled: true }),
    response: { status: 200, json: link }
  },
  find: (links) => links.get("app"),
  delete: (links) => links.delete("app"),
  manualDeploy: (links) => links.manualDeploy("app", "master"),
  manualReviewApp: {
    send: (links: ScmRepoLinksService) => links.manualReviewApp("app", 42),
    response: { status: 200, json: { review_app: reviewApp } }
  },
  listReviewApps: (links) => links.listReviewApps("app"),
  listPullRequests: (links) => links.listPullRequests("app"),
  findPullRequest: {
    send: (links: ScmRepoLinksService) => links.getPullRequest("app", "pullNumber"),
    response: { status: 200, json: { pull } }
  },
  listBranches: {
    send: (links: ScmRepoLinksService) => links.listBranches("app"),
    response: { status: 200, json: { branches: [{ name: "main" }, { name: "feature/sort-by" }] } }
  },
  listDeployments: {
    send: (links: ScmRepoLinksService) => links.listDeployments("app"),
    response: { status: 200, json: { deployments: [deployment] } }
  }
})
