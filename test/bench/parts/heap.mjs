/**
 * Whether a long stream keeps memory: what is in use after 1,000 pages of events, over what is after 100.
 */
import { startChild } from "../child.mjs"
import { median } from "../rounds.mjs"

const walk = async (url) => {
  const child = await startChild("heapProcess.mjs", [url], { execArgv: ["--expose-gc"] })
  await child.stop()
  const { count, page100, page1000 } = child.first
  if (count !== 100_000) throw new Error(`expected 100,000 events, got ${count}`)
  return { page100, page1000, growth: page1000 - page100 }
}

export const measureHeap = async ({ quick }) => {
  const server = await startChild("server.mjs")
  try {
    const walks = []
    for (let i = 0; i < (quick ? 1 : 3); i++) walks.push(await walk(server.first.url))
    const of = (key) => median(walks.map((it) => it[key]))
    return { page100: of("page100"), page1000: of("page1000"), growth: of("growth") }
  } finally {
    await server.stop()
  }
}
