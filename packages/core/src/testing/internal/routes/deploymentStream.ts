/**
 * The stream of the deployments of an app: a WebSocket whose first frame holds the bearer.
 */
import * as Effect from "effect/Effect"
import { lookupApp, mayUseApp } from "../access.js"
import { identify } from "../authentication.js"
import { nextOutputAt, progressOf } from "../deploymentOutput.js"
import { deploymentsOf, renderDeployment } from "../deployments.js"
import { minute } from "../durations.js"
import { followClock, isUpgrade, liveResponse } from "../live.js"
import type { App, Deployment } from "../models.js"
import { notFound, refuse } from "../responses.js"
import { deploymentStream as deploymentService, type Route } from "../route.js"
import type { State } from "../state.js"

const pingInterval = minute / 2

/** How many lines a frame of the replay has at most. */
const replayedLines = 10

/** Whether a first frame has a good bearer of an account that may use the app. */
const isAuthentication = (state: State, app: App, frame: string): boolean => {
  const found = /^\s*\{/.test(frame) ? parse(frame) : undefined
  if (found?.type !== "auth" || typeof found.data?.token !== "string") return false
  const identity = identify(state, `Bearer ${found.data.token}`)
  return identity._tag === "Bearer" && mayUseApp(app, identity.account)
}

const parse = (
  text: string
): { readonly type?: unknown; readonly data?: { readonly token?: unknown } | null } | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The frame of a new deployment. The documentation has its id, the official command line reads all of it: the sandbox
 * alternates.
 */
const newFrame = (state: State, app: App, deployment: Deployment): string => {
  const index = deploymentsOf(state, app).reverse().indexOf(deployment)
  return index % 2 === 0
    ? JSON.stringify({ type: "new", data: { deployment: deployment.id } })
    : JSON.stringify({ type: "new", id: deployment.id, data: { deployment: renderDeployment(state, app, deployment) } })
}

const logFrame = (deployment: Deployment, lines: ReadonlyArray<string>): string =>
  JSON.stringify({ type: "log", id: deployment.id, data: { content: lines.map((line) => `${line}\n`).join("") } })

/** The frames of a deployment from a point of its progress on, one for each line and status. */
const framesFrom = (deployment: Deployment, now: number, position: number): ReadonlyArray<string> =>
  progressOf(deployment, now).slice(position).map((it) =>
    it._tag === "Line"
      ? logFrame(deployment, [it.line])
      : JSON.stringify({ type: "status", id: deployment.id, data: { status: it.status } })
  )

/** The output so far of a deployment, without its statuses. */
const replayOf = (deployment: Deployment, now: number): ReadonlyArray<string> => {
  const lines = progressOf(deployment, now).flatMap((it) => it._tag === "Line" ? [it.line] : [])
  return Array.from(
    { length: Math.ceil(lines.length / replayedLines) },
    (_, index) => logFrame(deployment, lines.slice(index * replayedLines, (index + 1) * replayedLines))
  )
}

/** The deployment under way, or else the last one. A deployment that waits for another has no output yet. */
const currentOf = (state: State, app: App): Deployment | undefined =>
  deploymentsOf(state, app).find(({ steps }) => steps.length > 0)

export const deploymentStream: ReadonlyArray<Route> = [
  deploymentService.get("/apps/:app", (call) => {
    const { state } = call
    const app = lookupApp(state, call.region, call.param("app"))
    if (app === undefined) return notFound("app")
    if (!isUpgrade(call)) return refuse(426, { error: "use a WebSocket" })
    return liveResponse(call, ({ ping, receive, send }) =>
      Effect.gen(function*() {
        const first = yield* receive
        // A wrong bearer gets no message.
        if (!isAuthentication(state, app, typeof first === "string" ? first : new TextDecoder().decode(first))) return
        /** How much of the progress of each deployment has been sent. */
        const sent = new Map<string, number>()
        let pingAt: number | undefined
        yield* followClock(state, (now) =>
          Effect.gen(function*() {
            if (pingAt === undefined) {
              pingAt = now + pingInterval
              for (const known of deploymentsOf(state, app)) sent.set(known.id, progressOf(known, now).length)
              const current = currentOf(state, app)
              const replay = current === undefined ? [] : replayOf(current, now)
              for (const frame of replay) yield* send(frame)
            }
            let due = pingAt
            for (const deployment of deploymentsOf(state, app).reverse()) {
              const position = sent.get(deployment.id)
              const frames = framesFrom(deployment, now, position ?? 0)
              sent.set(deployment.id, (position ?? 0) + frames.length)
              if (position === undefined) yield* send(newFrame(state, app, deployment))
              for (const frame of frames) yield* send(frame)
              due = Math.min(due, nextOutputAt(deployment, now))
            }
            if (!state.apps.has(app.id)) return undefined
            if (now >= pingAt) {
              yield* ping(JSON.stringify({ type: "ping", data: { ts: Math.floor(now / 1000) } }))
              pingAt = now + pingInterval
            }
            return Math.min(due, pingAt)
          }))
      }))
  })
]
