import { Addons, layer } from "@effect-scalingo/core/Addons"
import { driver } from "../driver.js"

const addon = {
  id: "5415beca646173000b015000",
  app_id: "54100930736f7563d5030000",
  resource_id: "example_app_3083",
  provisioned_at: "2015-02-22T18:55:02.766+01:00",
  deprovisioned_at: null,
  status: "running",
  plan: {
    id: "599c1a2121276700011caadc",
    name: "redis-sandbox",
    display_name: "Sandbox",
    price: 0,
    description: "[Markdown description]",
    position: 1,
    on_demand: false,
    disabled: false,
    disabled_alternative_plan_id: null,
    sku: "osc-fr1-redis-sandbox"
  },
  addon_provider: {
    id: "scalingo-redis",
    name: "Scalingo Redis",
    logo_url: "//cdn.scalingo.com/addons/Scalingo_Redis_20171006.svg"
  },
  updated_at: "2015-02-22T18:55:02.766+01:00"
}

export default driver("Addons", Addons, layer, {
  list: (addons) => addons.list("app"),
  provision: {
    send: (addons) => addons.provision("app", { addon_provider_id: "1234", plan_id: "1234" }),
    response: {
      status: 201,
      json: { addon, message: "Your Redis is being started", variables: ["REDIS_URL", "SCALINGO_REDIS_URL"] }
    }
  },
  upgrade: (addons) => addons.upgrade("app", "addonId", { plan_id: "2" }),
  find: (addons) => addons.get("app", "addonId"),
  delete: (addons) => addons.delete("app", "addonId"),
  token: (addons) => addons.token("app", "addonId"),
  sso: (addons) => addons.sso("app", "addonId"),
  resume: {
    send: (addons) => addons.resume("app", "addonId"),
    response: { json: { addon, message: "Your Redis is resumed" } }
  }
})
