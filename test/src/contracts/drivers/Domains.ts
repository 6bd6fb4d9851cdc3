import { Domains, layer } from "@effect-scalingo/core/Domains"
import { driver } from "../driver.js"

export default driver("Domains", Domains, layer, {
  list: (domains) => domains.list("app"),
  find: (domains) => domains.get("app", "domainId"),
  delete: (domains) => domains.delete("app", "domainId"),
  create: (domains) => domains.create("app", { name: "example.com", tlscert: "<cert>", tlskey: "<key>" }),
  update: (domains) => domains.update("app", "domainId", { tlscert: "<cert>", tlskey: "<key>" })
})
