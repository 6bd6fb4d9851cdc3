import { layer, ProviderApps } from "@effect-scalingo/core/ProviderApps"
import { driver } from "../driver.js"

const provider = { username: "provider-id", password: "provider-password" }

export default driver("ProviderApps", ProviderApps, layer, {
  list: (apps) => apps.listPage({ provider, page: 1, perPage: 20 }),
  find: (apps) => apps.get("appId", { provider }),
  update: (apps) => apps.update("appId", { config: { VARIABLE_NAME: "NEW_VALUE" } }, { provider })
})
