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

/**
 * How often all clients start anew. V8 decides early in a process which objects it creates as old ones, and never again:
 * the same client may need a fifth more in another process.
 */
const starts = 3

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

/** The results of each client, by round. */
const measureOperation = async (processes, operation, rounds, amount, quick) => {
  const request = { operation: operation.name, concurrency: operation.concurrency }
  const { first, later } = quick ? quickWarmUp : warmUp
  const turnsToWarmUp = operation === operations[0] ? first : later
  const turn = (calls) => (client) => processes[client].ask({ ...request, calls })
  await pairedRounds(clients, turnsToWarmUp, turn(operation.calls))
  return pairedRounds(clients, rounds, turn(amount))
}

/** Runs `use` with a server, and a process for each client. */
const withProcesses = async (use) => {
  const server = await startChild("server.mjs")
  const processes = {}
  try {
    for (const client of clients) {
      processes[client] = await startChild("clients/process.mjs", [client, server.first.url])
    }
    await use(processes)
  } finally {
    await Promise.all(Object.values(processes).map(({ stop }) => stop()))
    await server.stop()
  }
}

const addRounds = (earlier, later) =>
  earlier === undefined ? later : Object.fromEntries(clients.map((name) => [name, [...earlier[name], ...later[name]]]))

export const measureHttp = async ({ quick, rounds }) => {
  const amountOf = ({ calls }) => Math.max(1, Math.round(calls / (quick ? 8 : 1)))
  const results = {}
  const times = quick ? 1 : Math.min(starts, rounds)
  for (let start = 0; start < times; start++) {
    const share = Math.floor(rounds / times) + (start < rounds % times ? 1 : 0)
    await withProcesses(async (processes) => {
      for (const operation of operations) {
        const { name } = operation
        results[name] = addRounds(
          results[name],
          await measureOperation(processes, operation, share, amountOf(operation), quick)
        )
      }
    })
  }
  return Object.fromEntries(operations.map((operation) => [operation.name, {
    cpu: compare(mapValues(results[operation.name], cpuOf(operation, amountOf(operation)))),
    perSecond: compare(mapValues(results[operation.name], perSecondOf(operation, amountOf(operation))))
  }]))
}
