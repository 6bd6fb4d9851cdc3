/**
 * What running containers, the router and databases write to their logs. Each text is chosen by a number, so that every
 * run writes the same.
 */

/** A number of 32 bits for a seed and a count, the same in every run. */
export const mix = (seed: number, count: number): number => {
  let hash = Math.imul(seed ^ Math.imul(count + 1, 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A number of 32 bits for a text. */
export const seedOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

const pick = <A>(values: readonly [A, ...ReadonlyArray<A>], random: number): A =>
  values[random % values.length] ?? values[0]

const paths = ["/", "/articles", "/articles/12", "/login", "/assets/app.css", "/menus/crème-brûlée", "/health"] as const
const statuses = [200, 200, 200, 200, 200, 302, 304, 404] as const
const jobs = ["SendInvoice", "ImportOrders", "ResizeImage", "PurgeCache", "DeliverMail"] as const

/** The paths of a line have the characters that a URL can have: only the log of the app itself shows them decoded. */
const routed = (random: number) => encodeURI(pick(paths, random))

export const webText = (random: number): string => {
  const duration = 2 + (random >>> 8) % 90
  const status = pick(statuses, random >>> 16)
  return `GET ${pick(paths, random)} ${status} in ${duration} ms`
}

export const workerText = (random: number): string => {
  const duration = 20 + (random >>> 8) % 900
  return `${pick(jobs, random)} JID-${random.toString(16).padStart(8, "0")} done in ${duration} ms`
}

export const databaseText = (random: number): string =>
  pick([
    `LOG:  checkpoint complete: wrote ${random % 500} buffers`,
    `LOG:  connection authorized: user=app application_name=web`,
    `LOG:  duration: ${20 + (random >>> 8) % 900} ms  statement: SELECT * FROM articles`
  ], random >>> 16)

export const routerText = (host: string, random: number): string => {
  const seconds = ((2 + (random >>> 8) % 90) / 1000).toFixed(3)
  const address = `192.0.2.${1 + (random >>> 4) % 250}`
  return `method=GET path="${routed(random)}" host=${host} from="${address}" protocol=http ` +
    `status=${pick(statuses, random >>> 16)} duration=${seconds}s bytes=${200 + random % 20_000} ` +
    `referer="-" user_agent="curl/8.5.0"`
}
