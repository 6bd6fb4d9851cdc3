/**
 * The users of databases.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { type Database, findDatabase, findRunning, isPostgresql, perDatabase } from "../databases.js"
import { atLeast, atMost, slug } from "../inputSchemas.js"
import { empty, forbidden, invalid, json, notFound, type Refusal } from "../responses.js"
import { type AddonCall, database, type Route } from "../route.js"

interface User {
  readonly name: string
  readonly readOnly: boolean
  readonly protected: boolean
  encryption: "SCRAM-SHA-256" | "MD5"
  password: string
}

/** Every database has a protected user with the name of the resource. */
const users = perDatabase((state, it) => {
  const owner: User = {
    name: it.addon.resourceId,
    readOnly: false,
    protected: true,
    encryption: "SCRAM-SHA-256",
    password: state.idsOf(`user ${it.addon.id}`).secret(24)
  }
  return new Map([[owner.name, owner]])
})

const Password = Schema.String.pipe(atLeast(24), atMost(64))

const CreateInput = Schema.Struct({
  database_id: Schema.String,
  name: slug(6, 32),
  read_only: Schema.Boolean,
  password: nullish(Password),
  password_confirmation: nullish(Schema.String)
})

const UpdateInput = Schema.Struct({
  database_id: Schema.String,
  password: Password,
  password_confirmation: Schema.String
})

const render = (it: Database, user: User) => ({
  name: user.name,
  read_only: user.readOnly,
  protected: user.protected,
  dbms_attributes: isPostgresql(it) ? { password_encryption: user.encryption } : {}
})

const checkBody = (it: Database, input: {
  readonly database_id: string
  readonly password?: string | null | undefined
  readonly password_confirmation?: string | null | undefined
}): Effect.Effect<void, Refusal> => {
  const { password = null, password_confirmation: confirmation = null } = input
  if (input.database_id !== it.addon.id && input.database_id !== it.id) {
    return invalid({ database_id: ["is not the id of the database"] })
  }

  return password === confirmation ? Effect.void : invalid({ password_confirmation: ["doesn't match password"] })
}

/** The user that the path names. 403 for the protected one. */
const findUser = (call: AddonCall, it: Database): Effect.Effect<User, Refusal> => {
  const user = users(call.state, it).get(call.param("username"))
  if (user === undefined) return notFound("database_user")
  return user.protected ? forbidden(`the user ${user.name} is protected`) : Effect.succeed(user)
}

export const databaseUsers: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId/users",
    (call) =>
      Effect.map(
        findDatabase(call),
        (it) => json({ "database-users": Array.from(users(call.state, it).values(), (user) => render(it, user)) })
      )
  ),

  database.post("/databases/:databaseId/users", (call) =>
    Effect.gen(function*() {
      const it = yield* findRunning(call)
      const input = yield* call.input("database_user", CreateInput)
      yield* checkBody(it, input)
      const known = users(call.state, it)
      if (known.has(input.name)) return yield* invalid({ name: ["has already been taken"] })
      const user: User = {
        name: input.name,
        readOnly: input.read_only,
        protected: false,
        encryption: "SCRAM-SHA-256",
        password: input.password ?? call.state.ids.secret(32)
      }
      known.set(user.name, user)
      // Without a root key in the documentation; the official clients read it.
      return json({ database_user: { ...render(it, user), password: user.password } }, 201)
    })),

  database.patch("/databases/:databaseId/users/:username", (call) =>
    Effect.gen(function*() {
      const it = yield* findRunning(call)
      const user = yield* findUser(call, it)
      const input = yield* call.input("database_user", UpdateInput)
      yield* checkBody(it, input)
      user.password = input.password
      user.encryption = "SCRAM-SHA-256"
      return json({ database_user: render(it, user) })
    })),

  database.post("/databases/:databaseId/users/:username/reset_password", (call) =>
    Effect.gen(function*() {
      const it = yield* findRunning(call)
      const user = yield* findUser(call, it)
      user.password = call.state.ids.secret(32)
      user.encryption = "SCRAM-SHA-256"
      return json({ database_user: { ...render(it, user), password: user.password } })
    })),

  database.delete("/databases/:databaseId/users/:username", (call) =>
    Effect.gen(function*() {
      const it = yield* findRunning(call)
      const user = yield* findUser(call, it)
      users(call.state, it).delete(user.name)
      return empty()
    }))
]
