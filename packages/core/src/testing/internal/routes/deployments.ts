/**
 * Deployments of apps.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, findOfApp } from "../access.js"
import { findAppToChange, isLimited, roleForbids } from "../collaboratorRoles.js"
import { outputOf } from "../deploymentOutput.js"
import { deploy, deploymentsOf, renderDeployment } from "../deployments.js"
import { day } from "../durations.js"
import { HttpUrl } from "../inputSchemas.js"
import type { App } from "../models.js"
import { pageBody } from "../pagination.js"
import { empty, json, notFound, text } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { problemOfSource } from "./sources.js"

const CreateDeployment = Schema.Struct({
  source_url: HttpUrl,
  git_ref: nullish(Schema.String.pipe(Schema.pattern(/^[^-\s]\S*$/, { message: () => "is invalid" }))),
  postdeploy_hook: nullish(Schema.String)
})

const findDeployment = (call: Call, app: App) => findOfApp(call, app, call.state.deployments, "deployment")

/** How long a limited collaborator can read the output of a deployment. */
const outputAccess = 7 * day

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
      const app = yield* findAppToChange(call)
      const input = yield* call.input("deployment", CreateDeployment)
      const deployment = deploy(call.state, app, call.account, {
        gitRef: input.git_ref ?? undefined,
        postdeployHook: input.postdeploy_hook ?? undefined,
        problem: yield* problemOfSource(call.state, call.region, input.source_url)
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
      if (isLimited(app, call.account) && call.now - deployment.createdAt >= outputAccess) return yield* roleForbids
      const output = outputOf(deployment, call.now)
      return output === "" ? yield* notFound("output") : text(output)
    })),

  regional.delete("/apps/:app/caches/deployment", (call) => Effect.as(findApp(call), empty()))
]
