/**
 * The frames of the deployment stream as events, without what was seen on an earlier connection.
 */
import * as Either from "effect/Either"
import { decodeUnknownEither } from "../../internal/compiledDecoder.js"
import { parseJsonOrUndefined } from "../../internal/json.js"
import { Deployment, type DeploymentEvent, DeploymentStreamMessage } from "../../schema/Deployment.js"
import { isFinal } from "./deploymentEnd.js"

/** The first frame, which signs in. */
export const authFrame = (bearer: string): string => JSON.stringify({ type: "auth", data: { token: bearer } })

export type Frame = DeploymentStreamMessage

const decodeMessage = decodeUnknownEither(DeploymentStreamMessage)
const decodeDeployment = decodeUnknownEither(Deployment)

/** Pings, and messages of unknown types, are no frames. */
export const parseFrame = (text: string): ReadonlyArray<Frame> =>
  Either.match(decodeMessage(parseJsonOrUndefined(text)), {
    onLeft: () => [],
    onRight: (message) => message.type === "new" || message.type === "log" || message.type === "status" ? [message] : []
  })

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null

/** The id in a `new` message, which has the id or the whole deployment. */
const newIdOf = ({ data, id }: Frame): string | undefined => {
  const { deployment } = data
  if (typeof deployment === "string") return deployment
  const found = isObject(deployment) ? deployment["id"] : undefined
  return typeof found === "string" ? found : id ?? undefined
}

/** How much of an output was seen. Line ends do not count, since the platform sends lines with and without them. */
interface Position {
  chars: number
  /** Line ends behind the last character. */
  lineEnds: number
}

const isLineEnd = (char: string | undefined) => char === "\n" || char === "\r"

/** Moves a position over a text. */
const advance = (position: Position, text: string): void => {
  // By code units: a message may end within a character of two.
  for (let index = 0; index < text.length; index++) {
    if (isLineEnd(text[index])) position.lineEnds++
    else {
      position.chars++
      position.lineEnds = 0
    }
  }
}

/** The part of a text behind a position that was seen; `at` is where the text begins. Moves `at`. */
const behind = (text: string, at: Position, seen: Position): string => {
  let index = 0
  for (; index < text.length; index++) {
    const char = text[index] ?? ""
    if (at.chars >= seen.chars && !(isLineEnd(char) && at.chars === seen.chars && at.lineEnds < seen.lineEnds)) break
    advance(at, char)
  }
  const rest = text.slice(index)
  advance(at, rest)
  return rest
}

/** What was seen over all connections. */
export interface SeenDeployments {
  /** Begins a connection, and returns how its frames become events. */
  readonly connect: () => (frame: Frame) => ReadonlyArray<DeploymentEvent>
  /** The deployments that were seen, and not their end. */
  readonly unfinished: () => ReadonlyArray<string>
  /** A status that a response of the API has. */
  readonly status: (id: string, status: string) => ReadonlyArray<DeploymentEvent>
  /** The whole output that a response of the API has. */
  readonly output: (id: string, text: string) => ReadonlyArray<DeploymentEvent>
}

/** Of one deployment, or of all deployments when there is no `only`. */
export const makeSeenDeployments = (only: string | undefined): SeenDeployments => {
  const announced = new Set<string>()
  const statuses = new Map<string, string>()
  const positions = new Map<string, Position>()
  const positionOf = (map: Map<string, Position>, id: string): Position => {
    const known = map.get(id) ?? { chars: 0, lineEnds: 0 }
    map.set(id, known)
    return known
  }
  const isWanted = (id: string | undefined): id is string => id !== undefined && (only === undefined || id === only)

  /** The deployments whose messages have line ends. Those of the others are lines. */
  const withLineEnds = new Set<string>()

  const log = (id: string, content: string, at: Position): ReadonlyArray<DeploymentEvent> => {
    const seen = positionOf(positions, id)
    if (content.includes("\n")) withLineEnds.add(id)
    const text = content === "" || withLineEnds.has(id) ? content : `${content}\n`
    const rest = behind(text, at, seen)
    if (rest === "") return []
    advance(seen, rest)
    return [{ _tag: "Log", deployment_id: id, content: rest }]
  }
  const changed = (id: string, status: string): ReadonlyArray<DeploymentEvent> => {
    if (statuses.get(id) === status) return []
    statuses.set(id, status)
    return [{ _tag: "Status", deployment_id: id, status }]
  }

  return {
    connect: () => {
      /** Where the output of each deployment is on this connection: the server begins anew. */
      const here = new Map<string, Position>()
      let current = only
      return (frame) => {
        const id = frame.type === "new" ? newIdOf(frame) : frame.id ?? current
        if (frame.type === "new") current = id ?? current
        if (!isWanted(id)) return []
        switch (frame.type) {
          case "new": {
            if (announced.has(id)) return []
            announced.add(id)
            const whole = decodeDeployment(frame.data.deployment)
            return [{ _tag: "New", deployment_id: id, deployment: Either.getOrUndefined(whole) }]
          }
          case "log":
            return log(id, frame.data.content ?? "", positionOf(here, id))
          default:
            return typeof frame.data.status === "string" ? changed(id, frame.data.status) : []
        }
      }
    },
    unfinished: () =>
      Array.from(new Set([...announced, ...statuses.keys(), ...positions.keys()])).filter((id) =>
        !isFinal(statuses.get(id))
      ),
    status: changed,
    output: (id, text) => log(id, text, { chars: 0, lineEnds: 0 })
  }
}
