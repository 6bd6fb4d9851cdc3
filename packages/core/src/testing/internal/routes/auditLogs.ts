/**
 * Audit logs: the input and output of attached one-off containers.
 */
import * as Effect from "effect/Effect"

import { findAppToChange } from "../collaboratorRoles.js"
import { json, notFound } from "../responses.js"
import { regional, type Route } from "../route.js"
import { iso } from "../state.js"

/** The platform writes these times with more digits. */
const time = (milliseconds: number) => iso(milliseconds).replace("Z", "655645Z")

export const auditLogs: ReadonlyArray<Route> = [
  regional.get("/apps/:app/audit_logs/:auditLogId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const run = call.state.events.find((event) =>
        event.appId === app.id && event.type === "run" && event.data?.["audit_log_id"] === call.param("auditLogId")
      )
      if (run === undefined) return yield* notFound("audit_log")
      const command = String(run.data?.["command"] ?? "")
      return json([
        { time: time(run.at), content: `-----> \u001b[1;34mone-off\u001b[0m of ${app.name}\n`, type: "output" },
        { time: time(run.at + 1), content: `${command}\n`, type: "input" },
        { time: time(run.at + 2), content: `${command}: done\n`, type: "output" }
      ])
    }))
]
