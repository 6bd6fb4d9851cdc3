import { AddonProviders, layer } from "@effect-scalingo/core/AddonProviders"
import { driver } from "../driver.js"

export default driver("AddonProviders", AddonProviders, layer, {
  list: (providers) => providers.list({ categoryId: "5c9ba51326e28200e79ad3b2", dedicated: true }),
  listPlans: {
    send: (providers) => providers.listPlans("addonProviderId", { showAll: true }),
    response: {
      json: {
        plans: [
          {
            id: "5cc45d223e6b3b001249e5a3",
            name: "postgresql-starter-512",
            display_name: "Starter 512M",
            price: 7.2,
            description: "[HTML Description]",
            position: 11,
            on_demand: false,
            disabled: false,
            disabled_alternative_plan_id: null,
            sku: "fr1-pg-start-512m",
            pricings: { default: { price: "0.0001666667", currency: "EUR", period: "minute" } },
            hds_available: false,
            to_be_discontinued: true,
            trial_available: null,
            properties: { memory: 512, backups: true, label: "small" }
          }
        ]
      }
    }
  },
  listCategories: (providers) => providers.listCategories
})
