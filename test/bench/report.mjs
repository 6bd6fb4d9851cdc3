/**
 * The results of all parts, as the rows of one table.
 */
import { operations } from "./operations.mjs"
import { clients } from "./parts/http.mjs"
import { round } from "./table.mjs"

const ratios = ({ value, xOfficial, xUndici }) => `${round(value)} (${xUndici.toFixed(2)} / ${xOfficial.toFixed(2)})`

const httpRows = (http) => [
  ["CPU in µs, a request (x undici / x official)", ...clients],
  ...operations.flatMap(({ itemsPerCall, label, name }) => {
    const { cpu, perSecond } = http[name]
    const row = (text, values) => [text, ...clients.map((client) => ratios(values[client]))]
    return itemsPerCall === undefined
      ? [row(label, cpu)]
      : [row(`${label}: CPU in µs, an item`, cpu), row(`${label}: items a second`, perSecond)]
  })
]

const value = (label, ours, reference, ratio) => [label, ours, reference ?? "", ratio ?? ""]

const decodeRows = (decode) =>
  Object.values(decode).map((it) =>
    value(`${it.label}, CPU in µs; JSON.parse`, round(it.decode), round(it.parse), it.ratio.toFixed(2))
  )

const coldStartRows = ({ all, one }) =>
  [["one service", one], ["everything", all]].map(([label, it]) =>
    value(
      `import of ${label}, CPU in ms; of Effect's modules`,
      round(it.milliseconds),
      round(it.effect),
      it.ratio.toFixed(2)
    )
  )

const sizeRows = ({ all, one }) =>
  [["one service", one], ["everything", all]].map(([label, it]) =>
    value(`our part of a bundle with ${label}, kB gzip; the whole`, round(it.own), round(it.whole))
  )

const heapRows = ({ growth, page100, page1000 }) => [
  value("memory at page 1,000 of events, MB; at page 100", round(page1000), round(page100), `+${growth.toFixed(2)}`)
]

const waitersRows = ({ acquired, interrupted }) =>
  [["gets its turn", acquired], ["is interrupted", interrupted]].map(([label, it]) =>
    value(
      `a waiting fiber that ${label}, CPU in µs; with a Deferred`,
      round(it.cpu),
      round(it.reference),
      it.ratio.toFixed(2)
    )
  )

const batchRows = (cases) =>
  cases.flatMap((it) => {
    const label = `${batchLabel(it)}: `
    return [
      value(`${label}minutes; at least`, round(it.minutes), round(it.leastMinutes), it.timeRatio.toFixed(3)),
      value(`${label}requests; needed`, round(it.requests), round(it.neededRequests), it.requestRatio.toFixed(3))
    ]
  })

export const batchLabel = ({ concurrency, duration }) =>
  `batch, operations of ${duration} min, concurrency ${concurrency}`

const typesRows = ({ events, one }) => [
  value("instantiations with one service", round(one)),
  value("instantiations with the stream of events", round(events))
]

const otherRows = {
  decode: decodeRows,
  coldStart: coldStartRows,
  size: sizeRows,
  heap: heapRows,
  waiters: waitersRows,
  batch: batchRows,
  types: typesRows
}

/** The parts that were measured, in one table. */
export const rowsOf = (results) => {
  const others = Object.entries(otherRows).flatMap(([part, rows]) =>
    results[part] === undefined ? [] : rows(results[part])
  )
  return [
    ...(results.http === undefined ? [] : httpRows(results.http)),
    ...(others.length === 0 ? [] : [["measure; reference", "ours", "reference", "ratio"], ...others])
  ]
}
