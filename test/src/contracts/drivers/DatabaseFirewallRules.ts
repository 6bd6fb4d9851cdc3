import { DatabaseFirewallRules, layer } from "@effect-scalingo/core/DatabaseFirewallRules"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

const rule = {
  id: "fr-6051fe19406c31aaafd31a05",
  type: "custom_range",
  cidr: "203.0.113.0/24",
  label: "Office",
  range_id: "",
  database_id: "5c599fd6f18b3202f7ab4e66",
  created_at: "2025-03-12T10:00:00.123Z",
  updated_at: "2025-03-12T10:00:00.123Z"
}

export default driver("DatabaseFirewallRules", DatabaseFirewallRules, layer, {
  list: { send: (rules) => rules.list(database), response: { json: { rules: [rule] } } },
  create: {
    send: (rules) => rules.create(database, { type: "custom_range", cidr: "203.0.113.0/24", label: "Office" }),
    body: { firewall_rule: { type: "custom_range", cidr: "203.0.113.0/24", label: "Office" } },
    response: { json: { rule } }
  },
  update: {
    send: (rules) => rules.update(database, "ruleId", { label: "Head office" }),
    body: { firewall_rule: { label: "Head office" } },
    response: { json: { rule: { ...rule, label: "Head office" } } }
  },
  delete: (rules) => rules.delete(database, "ruleId"),
  listManagedRanges: {
    send: (rules) => rules.listManagedRanges(database),
    response: { json: { ranges: [{ id: "mr-scalingo-osc-fr1", name: "Scalingo osc-fr1" }] } }
  }
})
