import { AuditLogs, layer } from "@effect-scalingo/core/AuditLogs"
import { driver } from "../driver.js"

export default driver("AuditLogs", AuditLogs, layer, {
  find: (auditLogs) => auditLogs.get("app", "auditLogId")
})
