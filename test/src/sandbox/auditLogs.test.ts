import { AuditLogEntry } from "@effect-scalingo/core/AuditLogs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { api, listOf, withSandbox } from "./sandboxClient.js"

describe("sandbox: audit logs", () => {
  it.effect("has the input and output of an attached one-off", () =>
    Effect.gen(function*() {
      yield* api("POST", "/apps/example-app/run", { body: { command: "bash" } })
      const run = listOf(yield* api("GET", "/apps/example-app/events"), "events").find((it) => it["type"] === "run")
      const data = run?.["type_data"]
      const recording = typeof data === "object" && data !== null && "audit_log_id" in data ? data.audit_log_id : ""
      const response = yield* api("GET", `/apps/example-app/audit_logs/${recording}`)
      assert.strictEqual(response.status, 200)
      const entries = yield* Schema.decodeUnknown(Schema.Array(AuditLogEntry))(response.body)
      assert.deepStrictEqual(entries.map((entry) => entry.type), ["output", "input", "output"])
      assert.strictEqual(entries[1]?.content, "bash\n")

      assert.strictEqual((yield* api("GET", "/apps/example-app/audit_logs/unknown")).status, 404)
      assert.strictEqual((yield* api("GET", `/apps/another-app/audit_logs/${recording}`)).status, 404)
    }).pipe(withSandbox()))
})
