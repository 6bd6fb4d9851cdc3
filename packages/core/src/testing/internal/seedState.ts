/**
 * Fills the state from a seed.
 */
import type { AppSeed, Seed } from "../Seed.js"
import { fleet, standard } from "../Seed.js"
import { lookupApp } from "./access.js"
import { createAccount, createToken } from "./accounts.js"
import { offered, provisionNow } from "./addons.js"
import { addCollaborator, applyFormation, createApp, settleStatus } from "./apps.js"
import { addonProviders, knownRegions } from "./catalog.js"
import { pastDeployment } from "./deployments.js"
import { minute } from "./durations.js"
import { record } from "./events.js"
import { clearLog, writeLog } from "./logStore.js"
import type { Account, App, Collaborator, Project } from "./models.js"
import { createProject, defaultProject, projectsOf } from "./projects.js"
import type { State } from "./state.js"

interface Seeding {
  readonly state: State
  readonly accounts: Map<string, Account>
  /** Names in the seed that refer to nothing. */
  readonly problems: Array<string>
}

const seedApp = ({ accounts, problems, state }: Seeding, seed: AppSeed, owner: Account, project: Project) => {
  const parent = seed.parent === undefined ? undefined : lookupApp(state, project.region, seed.parent)
  if (seed.parent !== undefined && parent === undefined) problems.push(`${seed.name}: no app ${seed.parent}`)
  const app = createApp(state, { name: seed.name, owner, project, parent })
  if (seed.containers !== undefined) {
    app.formation = Object.entries(seed.containers).map(([name, wanted]) => ({
      id: state.ids.hex(),
      name,
      amount: typeof wanted === "number" ? wanted : wanted.amount,
      size: typeof wanted === "number" ? "M" : wanted.size,
      command: ""
    }))
  }
  for (const [name, value] of Object.entries(seed.variables ?? {})) {
    app.variables.push({ id: state.ids.hex(), name, value })
  }
  const join = (username: string, role: Collaborator["role"]) => {
    const account = accounts.get(username)
    if (account === undefined) problems.push(`${seed.name}: no account ${username}`)
    else addCollaborator(state, app, account, role)
  }
  for (const username of seed.collaborators ?? []) join(username, "collaborator")
  for (const username of seed.limitedCollaborators ?? []) join(username, "limited")
  if (seed.deployed !== false) {
    pastDeployment(state, app, owner)
    applyFormation(state, app)
    settleStatus(app)
  }
  // The containers have been running for long.
  clearLog(state, app.id)
  writeLog(state, app.id, "web-1", seed.logs ?? [])
  for (const wanted of seed.addons ?? []) {
    const provider = addonProviders.find((it) =>
      !it.dedicated && (it.id === wanted || it.plans.some((plan) => plan.name === wanted))
    )
    if (provider === undefined) {
      problems.push(`${seed.name}: no addon ${wanted}`)
      continue
    }
    provisionNow(state, app, provider, provider.plans.find((plan) => plan.name === wanted) ?? offered(provider)[0]!)
  }
  record(state, { type: "new_app", user: owner, app, data: {} })
  return app
}

/** Adds past events to all apps in turn: restarts, scalings, changed variables and one-offs. */
const seedEvents = (state: State, count: number, apps: ReadonlyArray<App>) => {
  const past: typeof state.events = []
  for (let index = count; index > 0; index--) {
    const app = apps[index % apps.length]!
    const user = state.accounts.get(app.ownerId)
    const at = state.now() - index * minute
    const [type, data] = ([
      ["restart", { scope: null, reason: "user_restart" }],
      ["scale", { previous_containers: { web: "1:M" }, containers: { web: "2:M" } }],
      ["edit_variable", { name: "COUNT", value: String(index), old_value: String(index + 1) }],
      ["run", { command: "rake db:migrate", detached: false }]
    ] as const)[index % 4]!
    record(state, { type, user, app, data, at })
    past.push(state.events.pop()!)
  }
  state.events.unshift(...past)
}

interface SeededState {
  /** The API tokens by username, in the order of the seed. */
  readonly tokens: ReadonlyMap<string, ReadonlyArray<string>>
  readonly problems: ReadonlyArray<string>
}

export const seedState = (state: State, given: Seed = {}): SeededState => {
  const seed: Seed = given.accounts === undefined ? { ...standard, ...given } : given
  const regions = seed.regions ?? knownRegions.map((region) => region.name)
  for (const [index, name] of regions.entries()) {
    const known = knownRegions.find((region) => region.name === name)
    state.regions.set(name, {
      ...(known ?? { name, displayName: name, public: true }),
      default: index === 0
    })
  }
  const firstRegion = regions[0] ?? "osc-fr1"

  const accounts = new Map<string, Account>()
  const tokens = new Map<string, ReadonlyArray<string>>()
  for (const it of seed.accounts ?? []) {
    const account = createAccount(state, {
      ...it,
      email: it.email ?? `${it.username}@example.com`,
      password: it.password ?? `${it.username}-password`
    })
    accounts.set(it.username, account)
    const secrets = it.tokens ?? [undefined]
    tokens.set(it.username, secrets.map((secret) => createToken(state, account, "CLI", secret).secret))
  }
  const first = accounts.values().next().value
  const problems: Array<string> = []
  if (first === undefined) return { tokens, problems: ["no accounts"] }
  const seeding: Seeding = { state, accounts, problems }
  const ownerOf = (name: string, owner: string | undefined): Account => {
    const account = owner === undefined ? first : accounts.get(owner)
    if (account === undefined) problems.push(`${name}: no account ${owner}`)
    return account ?? first
  }
  const regionOf = (name: string, region: string | undefined): string => {
    if (region !== undefined && !state.regions.has(region)) problems.push(`${name}: no region ${region}`)
    return region ?? firstRegion
  }

  for (const it of seed.projects ?? []) {
    createProject(state, regionOf(it.name, it.region), ownerOf(it.name, it.owner), it.name, it.default ?? false)
  }
  const appSeeds = seed.apps === undefined ? [] : "count" in seed.apps ? fleet(seed.apps) : seed.apps
  const apps = appSeeds.map((it) => {
    const owner = ownerOf(it.name, it.owner)
    const region = regionOf(it.name, it.region)
    const project = it.project === undefined
      ? defaultProject(state, region, owner)
      : projectsOf(state, region, owner).find((project) => project.name === it.project) ??
        createProject(state, region, owner, it.project, false)
    return seedApp(seeding, it, owner, project)
  })
  if (seed.events !== undefined && apps.length > 0) seedEvents(state, seed.events, apps)
  return { tokens, problems }
}
