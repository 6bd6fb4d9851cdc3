/**
 * The operations of the HTTP benchmarks. Each client has a call of the same name.
 */
import { eventsPerPage } from "./fixtures.mjs"

const walkedPages = 50

/** `calls`: how many make one measurement. `expected`: what a call must return, so that all clients do the same. */
export const operations = [
  { name: "getApp", label: "GET app", calls: 600, concurrency: 10, expected: "example-app" },
  { name: "list20", label: "list 20", calls: 200, concurrency: 10, expected: 20 },
  { name: "list100", label: "list 100", calls: 80, concurrency: 10, expected: 100 },
  { name: "createApp", label: "POST app", calls: 600, concurrency: 10, expected: "example-app" },
  { name: "exchangeToken", label: "token exchange", calls: 600, concurrency: 10, expected: true },
  {
    name: "walkEvents",
    label: `events, ${walkedPages} pages x ${eventsPerPage}`,
    calls: 1,
    concurrency: 1,
    expected: walkedPages * eventsPerPage,
    itemsPerCall: walkedPages * eventsPerPage
  }
]

export const accounts = [20, 100]
