/**
 * Seeds in files. The descriptions are those of the published JSON Schema.
 */
import * as Seed from "@effect-scalingo/core/Seed"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { type CommandFailure, wrong } from "./failure.js"
import { optional, readJson, required } from "./jsonFile.js"

const Name = Schema.String.pipe(Schema.minLength(1, { message: () => "is empty" }))
const Amount = Schema.Int.pipe(Schema.nonNegative())
const strings = Schema.Array(Schema.String)

const Account = Schema.Struct({
  username: Name,
  email: optional(Schema.String, "Default: <username>@example.com"),
  password: optional(Schema.String, "Default: <username>-password"),
  tokens: optional(strings, "The API tokens. Default: one generated token"),
  otp: optional(Schema.String, "Enables two-factor authentication, with this code"),
  paymentMethod: optional(Schema.Boolean, "false for an account that gets 402 for what costs money"),
  fullname: optional(Schema.String, "Default: the username"),
  company: optional(Schema.String, "The company of the account. Default: none")
}).annotations({ identifier: "Account", description: "An account and its credentials" })

const Project = Schema.Struct({
  name: Name,
  owner: optional(Schema.String, "A username. Default: the first account"),
  region: optional(Schema.String, "Default: the first region"),
  default: optional(Schema.Boolean, "Whether it is the default project of its owner")
}).annotations({ identifier: "Project", description: "A project of an account" })

const Containers = Schema.Record({
  key: Schema.String,
  value: Schema.Union(Amount, Schema.Struct({ amount: Amount, size: Schema.String })).annotations({
    message: () => ({ message: "is neither a number of containers, nor an amount with a size", override: true })
  })
})

const appFields = {
  owner: optional(Schema.String, "A username. Default: the first account"),
  region: optional(Schema.String, "Default: the first region"),
  project: optional(
    Schema.String,
    "The name of a project of the owner, created when it does not exist. Default: the default project"
  ),
  containers: optional(
    Containers,
    "The formation: the number of containers of size M, or number and size. Default: one web container"
  ),
  variables: optional(Schema.Record({ key: Schema.String, value: Schema.String }), "The environment variables"),
  addons: optional(strings, "Plans such as postgresql-starter-512, or providers such as postgresql"),
  collaborators: optional(strings, "Usernames"),
  limitedCollaborators: optional(strings, "Usernames of collaborators with the limited role"),
  logs: optional(
    strings,
    "Lines of the log, oldest first: texts of the container web-1, or whole lines with a time and a container"
  ),
  deployed: optional(Schema.Boolean, "false for an app that was never deployed, and so has no containers"),
  parent: optional(Schema.String, "The name of the parent app, which comes before this one")
}

const App = Schema.Struct({ name: Name, ...appFields }).annotations({
  identifier: "App",
  description: "An app and what belongs to it"
})

const Fleet = Schema.Struct({
  count: required(Amount, "How many apps"),
  prefix: optional(Schema.String, "Default: app, for app-001, app-002 …"),
  ...appFields
}).annotations({ identifier: "Fleet", description: "Several identical apps" })

export const SeedFile = Schema.Struct({
  $schema: optional(Schema.String, "The URL or the path of this JSON Schema, for editors"),
  regions: optional(
    Schema.Array(Name).pipe(Schema.minItems(1)),
    "Default: osc-fr1 and osc-secnum-fr1. The first one is the default region of projects and apps"
  ),
  accounts: optional(
    Schema.Array(Account).pipe(Schema.minItems(1)),
    "Default: john and alice. With accounts, there are no projects and apps but those of this file"
  ),
  projects: optional(Schema.Array(Project), "The projects"),
  apps: optional(Schema.Union(Schema.Array(App), Fleet), "The apps: a list, or several identical ones"),
  events: optional(Amount, "How many events lie in the past of the apps, one a minute. Default: 0")
}).annotations({
  identifier: "Seed",
  title: "Seed of scalingo-sandbox",
  description: "What a sandbox of effect-scalingo holds at first"
})

/** The names that something in the seed refers to, with the place of the reference. */
const references = (seed: Seed.Seed) => {
  const apps = seed.apps === undefined ? [] : "count" in seed.apps ? [seed.apps] : seed.apps
  const placeOf = (index: number) => seed.apps !== undefined && "count" in seed.apps ? "apps" : `apps[${index}]`
  const accounts = [
    ...(seed.projects ?? []).map(({ owner }, index) => ({ place: `projects[${index}].owner`, name: owner })),
    ...apps.flatMap((app, index) => [
      { place: `${placeOf(index)}.owner`, name: app.owner },
      ...["collaborators" as const, "limitedCollaborators" as const].flatMap((list) =>
        (app[list] ?? []).map((name, position) => ({ place: `${placeOf(index)}.${list}[${position}]`, name }))
      )
    ])
  ]
  const parents = apps.map(({ parent }, index) => ({
    place: `${placeOf(index)}.parent`,
    name: parent,
    known: apps.slice(0, index).flatMap((app) => "name" in app ? [app.name] : [])
  }))
  return { accounts, parents }
}

const duplicates = (list: string, names: ReadonlyArray<string>, field: string): ReadonlyArray<string> =>
  names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [`${list}[${index}].${field}: "${name}" is there twice`]
  )

/** What refers to nothing in a seed, each with its place. */
const problemsOf = (seed: Seed.Seed): ReadonlyArray<string> => {
  const usernames = (seed.accounts ?? Seed.standard.accounts ?? []).map(({ username }) => username)
  const { accounts, parents } = references(seed)
  const known = usernames.join(", ")
  return [
    ...duplicates("accounts", usernames, "username"),
    ...(seed.apps === undefined || "count" in seed.apps
      ? []
      : duplicates("apps", seed.apps.map(({ name }) => name), "name")),
    ...accounts.flatMap(({ name, place }) =>
      name === undefined || usernames.includes(name) ? [] : [`${place}: no account "${name}", only ${known}`]
    ),
    ...parents.flatMap(({ known, name, place }) =>
      name === undefined || known.includes(name) ? [] : [`${place}: no app "${name}" before this one`]
    )
  ]
}

export const readSeed = (file: string): Effect.Effect<Seed.Seed, CommandFailure> =>
  Effect.flatMap(readJson(file, SeedFile), (content) => {
    const seed: Seed.Seed = Struct.omit(content, "$schema")
    const problems = problemsOf(seed)
    return problems.length === 0
      ? Effect.succeed(seed)
      : Effect.fail(wrong(`${file} is not valid:\n${problems.map((it) => `  ${it}`).join("\n")}`))
  })
