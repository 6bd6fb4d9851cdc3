/**
 * CPU time and throughput of requests over loopback, for the library and the clients that people use now.
 */
import { startChild } from "../child.mjs"
import { operations } from "../operations.mjs"
import { median, pairedRatio, pairedRounds } from "../rounds.mjs"

export const clients = ["undici", "fetch", "axios", "official", "stock", "ours"]

/**
 * In measurements of full length. The first operation compiles what all of them use: after about 5,000 calls the
 * figures no longer fall.
 */
const warmUp = { first: 10, later: 4 }
const quickWarmUp = { first: 2, later: 1 }

const cpuOf = ({ itemsPerCall = 1 }, amount) => (results) => results.map(({ cpu }) => cpu / amount / itemsPerCall)

const perSecondOf = ({ itemsPerCall = 1 }, amount) => (results) =>
  results.map(({ milliseconds }) => amount * itemsPerCall / milliseconds * 1000)

/** The median of each client, and its paired ratios to the two that the goals name. */
const compare = (byClient) =>
  Object.fromEntries(
    Object.entries(byClient).map(([client, numbers]) => [client, {
      value: median(numbers),
      xUndici: pairedRatio(numbers, byClient.undici),
      xOfficial: pairedRatio(numbers, byClient.official)
    }])
  )

const mapValues = (record, f) => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))

const measureOperation = async (processes, operation, { quick, rounds }) => {
  const amount = Math.max(1, Math.round(operation.calls / (quick ? 8 : 1)))
  const request = { operation: operation.name, calls: amount, concurrency: operation.concurrency }
  const turn = (client) => processes[client].ask(request)
  const { first, later } = quick ? quickWarmUp : warmUp
  const turnsToWarmUp = operation === operations[0] ? first : later
  await pairedRounds(clients, turnsToWarmUp, (client) => processes[client].ask({ ...request, calls: operation.calls }))
  const results = await pairedRounds(clients, rounds, turn)
  return {
    cpu: compare(mapValues(results, cpuOf(operation, amount))),
    perSecond: compare(mapValues(results, perSecondOf(operation, amount)))
  }
}

export const measureHttp = async (options) => {
  const server = await startChild("server.mjs")
  const processes = {}
  const result = {}
  try {
    for (const client of clients) {
      processes[client] = await startChild("clients/process.mjs", [client, server.first.url])
    }
    for (const operation of operations) {
      result[operation.name] = await measureOperation(processes, operation, options)
    }
  } finally {
    await Promise.all(Object.values(processes).map(({ stop }) => stop()))
    await server.stop()
  }
  return result
}
