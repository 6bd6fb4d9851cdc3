import { Deployments, type DeploymentsService, layer } from "@effect-scalingo/core/Deployments"
import { Stream } from "effect"
import { driver } from "../driver.js"

export default driver("Deployments", Deployments, layer, {
  list: (deployments) => deployments.listPage("app", { page: 1, perPage: 20 }),
  find: (deployments) => deployments.get("app", "deploymentId"),
  create: (deployments) =>
    deployments.create("app", {
      git_ref: "v0.0.2",
      source_url: "https://github.com/Scalingo/sample-go-martini/archive/master.tar.gz"
    }),
  output: {
    send: (deployments: DeploymentsService) => deployments.output("app", "deploymentId"),
    response: { headers: { "content-type": "text/plain" }, text: "-----> Cloning source code\n-----> Done\n" },
    because: "the inventory has no example of a text"
  },
  stream: {
    send: (deployments) => Stream.take(deployments.follow("app"), 3),
    response: {
      status: 200,
      json: { app: { links: { deployments_stream: "wss://deployments.scalingo.com/apps/app" } } }
    },
    because: "the URL comes from the app"
  },
  resetCache: (deployments) => deployments.resetCache("app")
})
