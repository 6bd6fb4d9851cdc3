/**
 * The official client, `scalingo` on npm.
 */
import { Client } from "scalingo"
import { apiToken, bearer } from "./promises.mjs"

export { run, runOnce } from "./promises.mjs"

const clientOf = (url) => new Client(bearer, { apiUrl: url, authApiUrl: url, billingApiUrl: url })

export const connect = (url) => {
  const small = clientOf(`${url}/20`)
  const large = clientOf(`${url}/100`)
  return {
    getApp: async () => (await large.Apps.find("example-app")).name,
    list20: async () => (await small.Apps.all()).length,
    list100: async () => (await large.Apps.all()).length,
    createApp: async () => (await large.Apps.create({ name: "example-app" })).name,
    exchangeToken: async () => (await large.Tokens.exchange(apiToken)).split(".").length === 3,
    walkEvents: async () => {
      let count = 0
      for (let page = 1; page !== null;) {
        const { events, meta } = await large.Events.all({ page, per_page: 100 })
        count += events.length
        page = meta.pagination.next_page
      }
      return count
    }
  }
}
