import { DedicatedDatabases, layer } from "@effect-scalingo/core/DedicatedDatabases"
import { driver } from "../driver.js"

const peering = {
  id: "np-6051fe19406c31aaafd31a05",
  database_id: "54100930736f7563d5030000",
  status: "active",
  outscale_net_peering_id: "pcx-12345678",
  outscale_source_net_id: "vpc-12345678",
  outscale_source_net_ip_range: "10.0.0.0/16",
  outscale_source_account_id: "123456789012",
  created_at: "2025-03-12T10:00:00.123Z",
  updated_at: "2025-03-12T10:00:00.123Z"
}

export default driver("DedicatedDatabases", DedicatedDatabases, layer, {
  create: (databases) =>
    databases.create({
      name: "my-postgres-db",
      technology: "postgresql-ng",
      plan: "postgresql-dr-starter-4096",
      project_id: "pr-82a3cac5-9b25-473e-b33d-6272b87e636f"
    }),
  list: (databases) => databases.list({ dashboard: true }),
  find: (databases) => databases.get("database"),
  listEndpoints: {
    send: (databases) => databases.listEndpoints("database"),
    response: {
      json: {
        endpoints: [{
          id: "ep-6051fe19406c31aaafd31a05",
          database_id: "54100930736f7563d5030000",
          hostname: "my-postgres-db.postgresql.osc-fr1.scalingo-dbs.com",
          port: 31234,
          type: "public-rw"
        }]
      }
    }
  },
  createNetPeering: {
    send: (databases) => databases.createNetPeering("database", "pcx-12345678"),
    body: { outscale_net_peering_id: "pcx-12345678" },
    response: { json: { net_peering: peering } }
  },
  listNetPeerings: {
    send: (databases) => databases.listNetPeerings("database"),
    response: { json: { net_peerings: [peering] } }
  },
  findNetPeering: {
    send: (databases) => databases.getNetPeering("database", "netPeeringId"),
    response: { json: { net_peering: peering } }
  },
  deleteNetPeering: (databases) => databases.deleteNetPeering("database", "netPeeringId"),
  networkConfiguration: {
    send: (databases) => databases.networkConfiguration("database"),
    response: {
      json: {
        network_configuration: {
          outscale_account_id: "123456789012",
          outscale_net_id: "vpc-12345678",
          ip_range: "10.1.0.0/25"
        }
      }
    }
  }
})
