import { DatabaseTypes, layer } from "@effect-scalingo/core/DatabaseTypes"
import { driver } from "../driver.js"

const database = { app: "app", addonId: "databaseId" }

const type = {
  id: "5bf30d1104c87f000161285a",
  name: "redis",
  logo_url: "https://cdn.scalingo.com/addons/redis.svg",
  short_description: "In-memory data store",
  description: "Redis keeps its data in memory.",
  created_at: "2018-11-19T20:21:53.339+01:00",
  updated_at: "2018-11-19T20:21:53.339+01:00"
}

export default driver("DatabaseTypes", DatabaseTypes, layer, {
  list: { send: (types) => types.list(database), response: { json: { database_types: [type] } } },
  find: { send: (types) => types.get(database, "typeId"), response: { json: { database_type: type } } }
})
