/**
 * Parsing and decoding of a response, without network, as a multiple of `JSON.parse`.
 */
import * as App from "@effect-scalingo/core/App"
import * as Event from "@effect-scalingo/core/Event"
import * as Decode from "@effect-scalingo/core/ResponseDecoder"
import * as Either from "effect/Either"
import { makeApps, makeEvents, makePagination, withLastEvent } from "../fixtures.mjs"
import { median, pairedRatio, pairedRounds } from "../rounds.mjs"

const cases = [
  {
    name: "apps",
    label: "parse + decode of 100 apps",
    text: JSON.stringify({ apps: makeApps(100) }),
    decoder: Decode.list("apps", App.App),
    lengthOf: (apps) => apps.length
  },
  {
    name: "appsWithEvent",
    label: "parse + decode of 100 apps with last_event",
    text: JSON.stringify({ apps: makeApps(100).map(withLastEvent) }),
    decoder: Decode.list("apps", App.App),
    lengthOf: (apps) => apps.length
  },
  {
    name: "events",
    label: "parse + decode of 100 events",
    text: JSON.stringify({ events: makeEvents(), meta: { pagination: makePagination(1, 2) } }),
    decoder: Decode.page("events", Event.Event),
    lengthOf: ({ items }) => items.length
  }
]

const headers = { "content-type": "application/json" }

const measure = (work, times) => {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) work()
  const { system, user } = process.cpuUsage(before)
  return (system + user) / times
}

const measureCase = async ({ decoder, label, lengthOf, text }, { quick, rounds }) => {
  const works = {
    parse: () => JSON.parse(text),
    decode: () => decoder.decode({ status: 200, headers, text, region: "osc-fr1" })
  }
  const decoded = works.decode()
  if (Either.isLeft(decoded) || lengthOf(decoded.right) !== 100) throw new Error(`${label}: ${JSON.stringify(decoded)}`)
  const times = quick ? 30 : 100
  for (const work of Object.values(works)) measure(work, times * 3)
  const { decode, parse } = await pairedRounds(Object.keys(works), rounds * 2, (name) => measure(works[name], times))
  return { label, parse: median(parse), decode: median(decode), ratio: pairedRatio(decode, parse) }
}

export const measureDecode = async (options) => {
  const result = {}
  for (const it of cases) result[it.name] = await measureCase(it, options)
  return result
}
