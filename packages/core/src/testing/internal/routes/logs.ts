/**
 * The service of logs: dumps, WebSockets and Server-Sent Events, behind pre-signed URLs.
 */
import * as Effect from "effect/Effect"
import { lookupApp } from "../access.js"
import { minute } from "../durations.js"
import { followClock, liveResponse } from "../live.js"
import { logsSubject } from "../logs.js"
import { endOf, historyOf, linesFrom, type Log, logOf, maxLogLines, nextLineAt } from "../logStore.js"
import { badRequest, empty, type Refusal, text, unauthorized } from "../responses.js"
import { logs as logsService, type PublicCall, type Route } from "../route.js"
import { checkSigned } from "../signedUrls.js"
import { iso } from "../state.js"

/** The default of a dump. No source says it; the official command line asks for 20. */
const defaultLines = 20

const pingInterval = minute / 2

/** The log that the path names, by the name of an app or the id of an addon. 401 with a wrong or expired token. */
const findLog = (call: PublicCall): Effect.Effect<Log, Refusal> => {
  const name = call.param("name")
  const id = call.state.addons.get(name)?.id ?? lookupApp(call.state, call.region, name)?.id
  return id !== undefined && checkSigned(call.state, logsSubject(id), call.query.get("token")) === "good"
    ? Effect.succeed(logOf(call.state, id))
    : unauthorized("the token is wrong or has expired")
}

const readCount = (call: PublicCall, fallback: number): Effect.Effect<number, Refusal> => {
  const asked = call.query.get("n") ?? ""
  const count = asked === "" ? fallback : Number(asked)
  return Number.isInteger(count) && count >= 0
    ? Effect.succeed(Math.min(count, maxLogLines))
    : badRequest("n must be a number of lines")
}

/** A filter is a container (`web-1`), a type (`web`), or a simple regular expression of them (`web|worker`). */
const readFilter = (call: PublicCall): Effect.Effect<(container: string) => boolean, Refusal> => {
  const asked = call.query.get("filter") ?? ""
  if (asked === "") return Effect.succeed(() => true)
  return Effect.match(Effect.try(() => new RegExp(`^(?:${asked})(?:-\\d+)?$`)), {
    onFailure: () => badRequest("filter is not a regular expression"),
    onSuccess: (pattern) => Effect.succeed((container: string) => pattern.test(container))
  }).pipe(Effect.flatten)
}

export const logs: ReadonlyArray<Route> = [
  logsService.get("/apps/:name/logs", (call) =>
    Effect.gen(function*() {
      const { state } = call
      const log = yield* findLog(call)
      const live = call.query.get("stream") === "true"
      const count = yield* readCount(call, live ? 0 : defaultLines)
      const passes = yield* readFilter(call)
      const last = () => {
        const lines = historyOf(state, log).filter(({ container }) => passes(container))
        return count === 0 ? [] : lines.slice(-count)
      }
      if (!live) {
        const lines = last()
        return lines.length === 0 ? empty() : text(lines.map(({ line }) => `${line}\n`).join(""))
      }
      return liveResponse(call, ({ ping, send }) =>
        Effect.suspend(() => {
          const frame = (line: string) => send(JSON.stringify({ event: "log", log: `${line}\n` }))
          let position = endOf(state, log)
          let pingAt = call.now + pingInterval
          return Effect.zipRight(
            Effect.forEach(last(), ({ line }) => frame(line), { discard: true }),
            followClock(state, (now) =>
              Effect.gen(function*() {
                const lines = linesFrom(state, log, position)
                position = endOf(state, log)
                for (const { container, line } of lines) {
                  if (passes(container)) yield* frame(line)
                }
                if (log.removed) return undefined
                if (now >= pingAt) {
                  yield* ping(JSON.stringify({ event: "ping", timestamp: iso(now) }))
                  pingAt = now + pingInterval
                }
                return Math.min(pingAt, nextLineAt(state, log))
              }))
          )
        }))
    }))
]
