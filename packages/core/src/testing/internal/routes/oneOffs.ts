/**
 * The service of one-off containers: the terminal, its size, files and the exit code. The bearer is the password of Basic
 * authentication.
 */
import * as Multipart from "@effect/platform/Multipart"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { concatBytes } from "../../../internal/bytes.js"
import { mayUseApp } from "../access.js"
import { attach, awaitEnd, type OneOff, oneOffOf, uploadsFolder } from "../oneOffs.js"
import { rawResponse } from "../rawSocket.js"
import {
  badRequest,
  conflict,
  empty,
  invalid,
  json,
  notFound,
  type Refusal,
  refuse,
  unauthorized
} from "../responses.js"
import { oneOff, type PublicCall, type Route } from "../route.js"

/** 100 MiB */
const maxFileSize = 100 * 1024 * 1024

/** The one-off that the path names, for an account that may use its app. */
const findOneOff = (call: PublicCall): Effect.Effect<OneOff, Refusal> => {
  if (call.identity._tag !== "BasicBearer") return unauthorized()
  const found = oneOffOf(call.state, call.param("containerId"))
  if (found === undefined || found.app.region !== call.region) return notFound("container")
  return mayUseApp(found.app, call.identity.account) ? Effect.succeed(found) : unauthorized()
}

/** The one-off that the path names, which has not ended. */
const findRunning = (call: PublicCall): Effect.Effect<OneOff, Refusal> =>
  Effect.filterOrElse(
    findOneOff(call),
    ({ app, container, ending }) =>
      call.state.apps.has(app.id) && ending === undefined && container.state === "running",
    () => notFound("container")
  )

/** A number, or the text of one as the official command line sends it. */
const Cells = Schema.Union(Schema.Int, Schema.NumberFromString.pipe(Schema.int())).pipe(Schema.between(1, 10_000))

/** The bytes of a file. 413 when it is too large. */
const readFile = (file: Multipart.File): Effect.Effect<Uint8Array, Refusal> =>
  Effect.gen(function*() {
    const parts: Array<Uint8Array> = []
    let size = 0
    yield* Stream.runForEach(file.content, (bytes) => {
      size += bytes.length
      parts.push(bytes)
      return size > maxFileSize ? refuse(413, { error: "a file has at most 100 MiB" }) : Effect.void
    }).pipe(Effect.catchTag("MultipartError", () => badRequest("the body is not valid multipart/form-data")))
    return concatBytes(parts)
  })

export const oneOffs: ReadonlyArray<Route> = [
  oneOff.connect("/run/:containerId", (call) =>
    Effect.flatMap(findRunning(call), (found) =>
      found.isAttached
        ? conflict("somebody is attached to the container already")
        : Effect.succeed(rawResponse((socket) => attach(call.state, found, socket))))),

  oneOff.put("/run/:containerId", (call) =>
    Effect.gen(function*() {
      const found = yield* findRunning(call)
      found.size = yield* call.input(undefined, Schema.Struct({ width: Cells, height: Cells }))
      return empty(200)
    })),

  oneOff.post("/run/:containerId/files", (call) =>
    Effect.gen(function*() {
      const found = yield* findRunning(call)
      const files = new Map<string, Uint8Array>()
      yield* Stream.runForEach(call.request.multipartStream, (part) => {
        if (!Multipart.isFile(part) || part.key !== "file") return invalid({ file: ["is the only field"] })
        const name = part.name.split(/[\\/]/).pop() ?? ""
        return Effect.map(readFile(part), (bytes) => files.set(`${uploadsFolder}/${name}`, bytes))
      }).pipe(Effect.catchTag("MultipartError", () => badRequest("the body is not valid multipart/form-data")))
      if (files.size !== 1) return yield* invalid({ file: ["is one file in each request"] })
      for (const [path, bytes] of files) found.files.set(path, bytes)
      return empty(200)
    })),

  oneOff.get("/run/:containerId/wait", (call) =>
    Effect.gen(function*() {
      const ending = yield* awaitEnd(call.state, yield* findOneOff(call))
      return ending === "inactive"
        ? yield* refuse(408, { error: "the container was inactive for 30 minutes" })
        : json({ exit_code: ending })
    }))
]
