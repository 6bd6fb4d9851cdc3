/**
 * Runs the calls of clients that return promises.
 */
export const run = async (call, calls, concurrency) => {
  let left = calls
  const work = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

export const runOnce = (call) => call()

const isBearer = (token) => token.split(".").length === 3

/** The calls of a client that sends JSON: `json(method, path, options)` returns the parsed body. */
export const callsOf = (json) => ({
  getApp: async () => (await json("GET", "/100/v1/apps/example-app")).app.name,
  list20: async () => (await json("GET", "/20/v1/apps")).apps.length,
  list100: async () => (await json("GET", "/100/v1/apps")).apps.length,
  createApp: async () =>
    (await json("POST", "/100/v1/apps", { body: JSON.stringify({ app: { name: "example-app" } }) })).app.name,
  exchangeToken: async () => isBearer((await json("POST", "/100/v1/tokens/exchange", { authorization: basic })).token),
  walkEvents: async () => {
    let count = 0
    for (let page = 1; page !== null;) {
      const { events, meta } = await json("GET", `/100/v1/events?page=${page}&per_page=100`)
      count += events.length
      page = meta.pagination.next_page
    }
    return count
  }
})

export const apiToken = "tk-us-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"
export const bearer = `eyJ0eXAiOiJKV1QifQ.${"A".repeat(200)}.${"A".repeat(86)}`
const basic = `Basic ${Buffer.from(`:${apiToken}`).toString("base64")}`

export const headersOf = ({ authorization = `Bearer ${bearer}`, body } = {}) => ({
  accept: "application/json",
  authorization,
  "user-agent": "benchmark",
  ...(body === undefined ? {} : { "content-type": "application/json" })
})
