/**
 * Rules of faults in files. The descriptions are those of the published JSON Schema.
 */
import * as Fault from "@effect-scalingo/core/Fault"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CommandFailure } from "./failure.js"
import { optional, readJson, required } from "./jsonFile.js"

const Status = Schema.Int.pipe(Schema.between(200, 599))
const Count = Schema.Int.pipe(Schema.nonNegative())
const Part = Schema.Number.pipe(Schema.between(0, 1))
const keep = optional(Part, "The part of the body that is sent, from 0 to 1. Default: 0.5")

/** As DurationInput takes it: milliseconds, or a text. */
const DurationText = Schema.Union(
  Schema.Number.pipe(Schema.nonNegative()),
  Schema.String.pipe(Schema.filter((text) => Option.isSome(Duration.decodeUnknown(text)), {
    message: () => "is no duration: milliseconds, or a text such as \"2 seconds\"",
    jsonSchema: {}
  }))
)

const named = <Name extends string, Fields extends Schema.Struct.Fields>(
  name: Name,
  description: string,
  fields: Fields
) => Schema.Struct({ name: Schema.Literal(name), ...fields }).annotations({ description })

const WithOptions = Schema.Union(
  named("status", "Responds with a status, and does not run the request", {
    status: Status,
    body: optional(Schema.Unknown, "A string is sent as text, anything else as JSON"),
    headers: optional(Schema.Record({ key: Schema.String, value: Schema.String }), "The headers of the response")
  }),
  named("delay", "Runs the request, and responds after a delay", {
    duration: required(DurationText, "Milliseconds, or a text such as \"2 seconds\"")
  }),
  named("truncated", "Runs the request, and responds with the first part of the body as if it were the whole", {
    keep
  }),
  named("brokenBody", "Runs the request, and breaks the connection while the body is being read", { keep }),
  named("garbage", "Responds with an HTML page, as a proxy does, and does not run the request", {
    status: optional(Status, "Default: 502")
  }),
  named("contentType", "Runs the request, and responds with another content type", {
    contentType: optional(Schema.String, "Default: text/html")
  }),
  named("neverSent", "Resets the connection, and does not run the request", {
    code: optional(Schema.String, "Only for clients in memory")
  }),
  named("throttled", "Responds 429", {
    retryAfter: optional(Schema.Union(Schema.Number, Schema.String), "The header Retry-After")
  }),
  named("cutSocket", "Opens the WebSocket or the event stream, and cuts it after so many frames", {
    after: optional(Count, "The number of frames. Default: 1"),
    at: optional(
      Schema.Literal("between", "frame", "character"),
      "Between two frames, in the middle of the next one, or in the middle of a character. Default: between"
    )
  }),
  named("cutConnection", "Opens the terminal of a one-off container, and breaks the connection after so many bytes", {
    after: Count
  }),
  named("redirected", "Redirects to the same URL", {
    status: optional(Schema.Literal(301, 302, 303, 307, 308), "Default: 307")
  })
)

/** Faults by name alone. */
const constants = {
  emptyBody: Fault.emptyBody,
  reset: Fault.reset,
  lostResponse: Fault.lostResponse,
  expiredBearer: Fault.expiredBearer,
  expiredUrl: Fault.expiredUrl,
  silence: Fault.silence,
  noPings: Fault.noPings,
  firstFrameRefused: Fault.firstFrameRefused
}

/** Faults whose options all have a default. */
const defaults = {
  truncated: Fault.truncated(),
  brokenBody: Fault.brokenBody(),
  garbage: Fault.garbage(),
  contentType: Fault.contentType(),
  neverSent: Fault.neverSent(),
  throttled: Fault.throttled(),
  cutSocket: Fault.cutSocket(),
  redirected: Fault.redirected()
}

type Named = keyof typeof constants | keyof typeof defaults

const byName: { readonly [name in Named]: Fault.Fault } = { ...constants, ...defaults }
const names = Object.keys(byName).filter((name): name is Named => name in byName)

const toFault = (fault: Named | typeof WithOptions.Type): Fault.Fault => {
  if (typeof fault === "string") return byName[fault]
  switch (fault.name) {
    case "status":
      return Fault.status(fault.status, fault.body, fault.headers)
    case "delay":
      return Fault.delay(Option.getOrElse(Duration.decodeUnknown(fault.duration), () => Duration.zero))
    case "truncated":
      return Fault.truncated(fault.keep)
    case "brokenBody":
      return Fault.brokenBody(fault.keep)
    case "garbage":
      return Fault.garbage(fault.status)
    case "contentType":
      return Fault.contentType(fault.contentType)
    case "neverSent":
      return Fault.neverSent(fault.code)
    case "throttled":
      return Fault.throttled(fault.retryAfter)
    case "cutSocket":
      return Fault.cutSocket(fault.after, fault.at)
    case "cutConnection":
      return Fault.cutConnection(fault.after)
    case "redirected":
      return Fault.redirected(fault.status)
  }
}

const Pattern = Schema.String.pipe(Schema.filter((text) => {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}, { message: () => "is no regular expression", jsonSchema: { format: "regex" } }))

const Match = Schema.Struct({
  api: optional(
    Schema.String,
    "regional, auth, database, billing, or a service behind pre-signed URLs: logs, storage …"
  ),
  method: optional(Schema.String, "GET, POST …"),
  region: optional(Schema.String, "osc-fr1 …"),
  path: optional(
    Schema.String.pipe(Schema.startsWith("/")),
    "The path as the API documents it, without /v1: a template such as /apps/:app/restart, where * at the end matches the rest"
  ),
  pattern: optional(Pattern, "A regular expression that the path has to match, instead of path")
}).annotations({ identifier: "Match", description: "Selects requests. What is left out matches every request" })

const Rule = Schema.Struct({
  on: optional(Match, "Which requests. Default: every request"),
  fault: required(
    Schema.Union(Schema.Literal(...names), WithOptions),
    "What goes wrong with them: a name, or an object with a name and options"
  ),
  times: optional(
    Schema.Union(Count, Schema.Literal("always")),
    "How many of the requests get the fault, or always. Default: 1"
  ),
  after: optional(Count, "How many of the requests are left alone first. Default: 0")
}).annotations({ identifier: "Rule" })

export const FaultsFile = Schema.Struct({
  $schema: optional(Schema.String, "The URL or the path of this JSON Schema, for editors"),
  rules: required(
    Schema.Array(Rule),
    "When several match a request, the first one that is not used up applies"
  )
}).annotations({
  identifier: "Faults",
  title: "Faults of scalingo-sandbox",
  description: "What goes wrong with which requests to a sandbox of effect-scalingo"
})

const toRule = ({ after, fault, on, times }: typeof Rule.Type): Fault.Rule => ({
  on: on === undefined ? undefined : {
    ...on,
    path: on.pattern === undefined ? on.path : new RegExp(on.pattern)
  },
  fault: toFault(fault),
  times: times === "always" ? Number.POSITIVE_INFINITY : times,
  after
})

export const readFaults = (file: string): Effect.Effect<ReadonlyArray<Fault.Rule>, CommandFailure> =>
  Effect.map(readJson(file, FaultsFile), ({ rules }) => rules.map(toRule))
