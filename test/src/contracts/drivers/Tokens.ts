import { layer, Tokens } from "@effect-scalingo/core/Tokens"
import { driver } from "../driver.js"

export default driver("Tokens", Tokens, layer, {
  list: (tokens) => tokens.list,
  create: (tokens) => tokens.createWithPassword({ name: "Test Token", login: "john", password: "hunter2" }),
  find: {
    send: (tokens) => tokens.get("tokenId"),
    response: {
      json: {
        token: {
          id: "7212518c-7eb3-47fd-a6da-a627d767d7eb",
          name: "test-token",
          created_at: "2018-03-28T20:13:48.704Z",
          last_used_at: "2018-03-28T20:14:55.200Z"
        }
      }
    }
  },
  renew: (tokens) => tokens.renew("tokenId"),
  exchange: (tokens) => tokens.exchange("tk-us-BQ3LRmLGc35pMjdgwjX6kI1IWh7MAYk2uqquYwLDxCd4fhSm"),
  delete: (tokens) => tokens.delete("tokenId")
})
