/**
 * The arguments of the command.
 */
import * as Effect from "effect/Effect"
import { parseArgs } from "node:util"
import { type CommandFailure, messageOf, wrong } from "./failure.js"

export interface Arguments {
  readonly port: number
  readonly host: string
  readonly publicUrl: string | undefined
  readonly seed: string | undefined
  readonly faults: string | undefined
  readonly state: string | undefined
  readonly requestLimit: number | "unlimited"
  readonly speed: number
  readonly tls: boolean
  readonly certificate: string | undefined
  readonly quiet: boolean
}

export type Parsed =
  | { readonly _tag: "Help" }
  | { readonly _tag: "Version" }
  | { readonly _tag: "Serve"; readonly arguments: Arguments }

const options = {
  port: { type: "string", default: "4000" },
  host: { type: "string", default: "127.0.0.1" },
  "public-url": { type: "string" },
  seed: { type: "string" },
  faults: { type: "string" },
  state: { type: "string" },
  "rate-limit": { type: "string", default: "60" },
  speed: { type: "string", default: "1" },
  tls: { type: "boolean", default: false },
  certificate: { type: "string" },
  quiet: { type: "boolean", short: "q", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false }
} as const

export const help = `Usage: scalingo-sandbox [options]

A Scalingo on one's own machine: all APIs on one port, for any client in any language.

Options:
  --port N           The port to listen on. 0 takes a free one, and prints it. Default: 4000
  --host HOST        The address to listen on. 0.0.0.0 for containers: anyone who can reach it can then use the
                     sandbox. Default: 127.0.0.1
  --public-url URL   The origin of the URLs in responses. Default: the host that the request was sent to
  --seed FILE        What the sandbox holds at first: JSON, see seed.schema.json. Default: two accounts, two apps
  --faults FILE      What goes wrong with which requests: JSON, see faults.schema.json
  --state FILE       Keeps the state in a file, so that it survives restarts. Uploads and terminals are not kept
  --rate-limit N     Requests of an account in a minute, or "none". Default: 60
  --speed N          How many times faster than on the platform operations and deployments are. Default: 1
  --tls              Serves https with a certificate that is made for this run
  --certificate FILE Where --tls writes the certificate. Default: a temporary file
  -q, --quiet        Does not show the requests
  -h, --help         Shows this text
  --version          Shows the version

GET /ready responds 200 when the sandbox can be used. SIGTERM ends it with exit code 0, SIGINT (Ctrl-C) with 130.
Exit code 2: wrong arguments, or a wrong seed or faults file. Exit code 1: anything else, such as a port in use.
`

const parseNumber = (
  name: string,
  text: string,
  isGood: (value: number) => boolean,
  expected: string
): Effect.Effect<number, CommandFailure> => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  return isGood(value) ? Effect.succeed(value) : Effect.fail(wrong(`--${name} is ${expected}, not "${text}"`))
}

const parseOrigin = (text: string): Effect.Effect<string, CommandFailure> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" &&
      url.username === ""
    ? Effect.succeed(url.href.replace(/\/+$/, ""))
    : Effect.fail(wrong(`--public-url is an origin such as http://sandbox:4000, not "${text}"`))
}

/** A value that is left empty is a mistake in a script, such as a variable that is not set. */
const notEmpty = (values: { readonly [name: string]: unknown }): Effect.Effect<void, CommandFailure> => {
  const empty = Object.entries(values).find(([, value]) => value === "")
  return empty === undefined ? Effect.void : Effect.fail(wrong(`--${empty[0]} is empty`))
}

export const parse = (args: ReadonlyArray<string>): Effect.Effect<Parsed, CommandFailure> =>
  Effect.gen(function*() {
    const { values } = yield* Effect.try({
      try: () => parseArgs({ args: [...args], options, strict: true, allowPositionals: false }),
      // Node adds a hint about positional arguments, of which there are none.
      catch: (error) => wrong(messageOf(error).replace(/\. (?:To specify|This command)[\s\S]*$/, ""))
    })
    if (values.help) return { _tag: "Help" }
    if (values.version) return { _tag: "Version" }
    yield* notEmpty(values)
    if (values.certificate !== undefined && !values.tls) return yield* Effect.fail(wrong("--certificate needs --tls"))
    const port = yield* parseNumber(
      "port",
      values.port,
      (value) => Number.isInteger(value) && value <= 65_535,
      "a number from 0 to 65535"
    )
    const speed = yield* parseNumber("speed", values.speed, (value) => value > 0, "a number greater than 0")
    const requestLimit = values["rate-limit"] === "none"
      ? "unlimited"
      : yield* parseNumber(
        "rate-limit",
        values["rate-limit"],
        (value) => Number.isInteger(value) && value > 0,
        "a number of requests, or none"
      )
    const publicUrl = values["public-url"] === undefined ? undefined : yield* parseOrigin(values["public-url"])
    const { certificate, faults, host, quiet, seed, state, tls } = values
    return {
      _tag: "Serve",
      arguments: { port, host, publicUrl, seed, faults, state, requestLimit, speed, tls, certificate, quiet }
    }
  })
