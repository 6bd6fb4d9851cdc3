/**
 * Deployments.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { findApp } from "../access.js"
import { deploy, deploymentsOf, renderDeployment } from "../deploy.js"
import { pageBody } from "../pages.js"
import type { App, Deployment } from "../records.js"
import { empty, json, notFound, type Refusal, text } from "../reply.js"
import { type Call, regional, type Route } from "../route.js"

const CreateDeployment = Schema.Struct({
  source_url: Schema.String.pipe(
    Schema.pattern(/^https?:\/\/./, { message: () => "is not a valid URL" })
  ),
  git_ref: Schema.optional(Schema.NullOr(
    Schema.String.pipe(Schema.pattern(/^[^-\s]\S*$/, { message: () => "is invalid" }))
  )),
  postdeploy_hook: Schema.optional(Schema.NullOr(Schema.String))
})

const findDeployment = (call: Call, app: App): Effect.Effect<Deployment, Refusal> => {
  const deployment = call.state.deployments.get(call.param("deploymentId"))
  return deployment === undefined || deployment.appId !== app.id
    ? notFound("deployment")
    : Effect.succeed(deployment)
}

export const deployments: ReadonlyArray<Route> = [
  regional.get("/apps/:app/deployments", (call) =>
    Effect.map(findApp(call), (app) =>
      json(pageBody(
        call,
        "deployments",
        deploymentsOf(call.state, app),
        (deployment) => renderDeployment(call.state, app, deployment)
      )))),

  regional.post("/apps/:app/deployments", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const input = yield* call.input("deployment", CreateDeployment)
      const deployment = deploy(call.state, app, call.account, {
        sourceUrl: input.source_url,
        gitRef: input.git_ref ?? undefined,
        postdeployHook: input.postdeploy_hook ?? undefined
      })
      return json({ deployment: renderDeployment(call.state, app, deployment) }, 201)
    })),

  regional.get("/apps/:app/deployments/:deploymentId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return json({ deployment: renderDeployment(call.state, app, yield* findDeployment(call, app)) })
    })),

  regional.get("/apps/:app/deployments/:deploymentId/output", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      const deployment = yield* findDeployment(call, app)
      return deployment.output === "" ? yield* notFound("output") : text(deployment.output)
    })),

  regional.delete("/apps/:app/caches/deployment", (call) => Effect.as(findApp(call), empty()))
]
