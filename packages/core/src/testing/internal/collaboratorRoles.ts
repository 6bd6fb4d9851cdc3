/**
 * What the role of a collaborator allows. A limited one looks after an app: restarts it, deploys its branch again,
 * reads its logs. It neither configures the app nor sees its secrets and its data.
 */
import * as Effect from "effect/Effect"
import { findApp } from "./access.js"
import type { Account, App } from "./models.js"
import { forbidden, type Refusal, type Refused } from "./responses.js"
import type { Call } from "./route.js"

export const isLimited = (app: App, account: Account): boolean =>
  app.ownerId !== account.id &&
  app.collaborators.some((it) => it.accountId === account.id && it.status === "accepted" && it.role === "limited")

/** 403 for what the role of a limited collaborator leaves out. */
export const roleForbids: Refused = Effect.suspend(() =>
  forbidden("your role does not allow this", "limited-collaborator")
)

/** The app that the path names, for its owner and its full collaborators: 403 for a limited one. */
export const findAppToChange = (call: Call, param = "app"): Effect.Effect<App, Refusal> =>
  Effect.filterOrElse(findApp(call, param), (app) => !isLimited(app, call.account), () => roleForbids)

/** The values of variables as a limited collaborator sees them, in the data of an event: not at all. */
export const hideValues = (data: unknown): unknown => {
  if (Array.isArray(data)) return data.map(hideValues)
  if (typeof data !== "object" || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, part]) => [name, /^(old_)?value$/.test(name) ? "" : hideValues(part)])
  )
}
