/**
 * The roles of collaborators. A limited collaborator restarts an app, deploys its branch again and reads its logs, but
 * cannot configure it, nor see its secrets and its data.
 */
import * as Effect from "effect/Effect"
import { findApp } from "./access.js"
import type { Account, App } from "./models.js"
import { forbidden, type Refusal, type Refused } from "./responses.js"
import type { Call } from "./route.js"

export const isLimited = (app: App, account: Account): boolean =>
  app.ownerId !== account.id &&
  app.collaborators.some((it) => it.accountId === account.id && it.status === "accepted" && it.role === "limited")

/** 403 for what a limited collaborator may not do. */
export const roleForbids: Refused = Effect.suspend(() =>
  forbidden("your role does not allow this", "limited-collaborator")
)

/** The app that the path names, for its owner and its full collaborators. 403 for a limited collaborator. */
export const findAppToChange = (call: Call, param = "app"): Effect.Effect<App, Refusal> =>
  Effect.filterOrElse(findApp(call, param), (app) => !isLimited(app, call.account), () => roleForbids)

/** Blanks the values of variables, which a limited collaborator must not see. */
export const hideValues = (data: unknown): unknown => {
  if (Array.isArray(data)) return data.map(hideValues)
  if (typeof data !== "object" || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, part]) => [name, /^(old_)?value$/.test(name) ? "" : hideValues(part)])
  )
}
