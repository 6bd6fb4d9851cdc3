import { layer, PrivateNetworks } from "@effect-scalingo/core/PrivateNetworks"
import { driver } from "../driver.js"

export default driver("PrivateNetworks", PrivateNetworks, layer, {
  listDomainNames: {
    send: (networks) => networks.listDomainNamesPage("app", { page: 1, perPage: 50 }),
    response: {
      json: {
        domain_names: {
          data: [
            "1.web.ap-2b7c6c1a-0a51-4d5a-9b0b-0d6fd5a3a0f1.pn-6d1b5a0e-2f0c-4a53-8f3a-1c8f9f0e4d11.private-network.internal."
          ],
          meta: { current_page: 1, prev_page: 1, next_page: 1, total_pages: 1, total_count: 1, per_page: 50 }
        }
      }
    }
  },
  findForProject: {
    send: (networks) => networks.getForProject("projectId"),
    response: {
      json: {
        id: "pn-6d1b5a0e-2f0c-4a53-8f3a-1c8f9f0e4d11",
        subnet: "10.0.0.0/24",
        gateway: "10.0.0.1",
        max_ips_count: 253,
        used_ips_count: 2,
        used_ips: ["10.0.0.2", "10.0.0.3"]
      }
    }
  }
})
