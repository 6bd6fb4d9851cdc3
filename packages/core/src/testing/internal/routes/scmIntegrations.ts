/**
 * SCM integrations: the GitHub and GitLab accounts of an account, and what they can see.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { record } from "../events.js"
import { HttpUrl, NonBlank, oneOf } from "../inputSchemas.js"
import { pageBody } from "../pagination.js"
import { badRequest, empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { auth, type Call, type Route } from "../route.js"
import {
  addIntegration,
  fullName,
  type Integration,
  integrationsOf,
  pullUrl,
  removeIntegration,
  renderIntegration,
  repositoriesOf,
  repositoryUrl,
  sourceOf
} from "../scmIntegrations.js"
import { addKey, keysOf, renderKey } from "../sshKeys.js"

const Input = Schema.Struct({
  scm_type: oneOf(["github-enterprise", "gitlab-self-hosted"]),
  url: HttpUrl,
  access_token: NonBlank
})

const findIntegration = (call: Call): Effect.Effect<Integration, Refusal> => {
  const it = integrationsOf(call.state, call.account).find((known) => known.id === call.param("integrationId"))
  return it === undefined ? notFound("scm_integration") : Effect.succeed(it)
}

const recordIntegration = (call: Call, type: string, it: Integration) =>
  record(call.state, {
    type,
    user: call.account,
    data: {
      integration_id: it.id,
      integration_type: it.type,
      data: { login: it.username, avatar_url: `${it.url}/avatars/u/${it.uid}`, url: it.url }
    }
  })

interface Search {
  readonly words: ReadonlyArray<string>
  readonly qualifiers: { readonly [name: string]: string }
}

/** Reads words and qualifiers such as `example fork:true`, separated by spaces or plus signs. */
const readSearch = (call: Call): Effect.Effect<Search, Refusal> => {
  const query = call.query.get("query")
  if (query === null || query.trim() === "") return badRequest("param is missing or the value is empty: query")
  const words: Array<string> = []
  const qualifiers: { [name: string]: string } = {}
  for (const part of query.split(/[\s+]+/)) {
    const match = /^([a-z]+):(.*)$/.exec(part)
    if (match === null) {
      if (part !== "") words.push(part.toLowerCase())
    } else qualifiers[match[1]!] = match[2]!
  }
  return Effect.succeed({ words, qualifiers })
}

export const scmIntegrations: ReadonlyArray<Route> = [
  auth.get("/scm_integrations", (call) =>
    json({
      scm_integrations: integrationsOf(call.state, call.account).map((it) => renderIntegration(call.state, it))
    })),

  auth.post("/scm_integrations", (call) =>
    Effect.gen(function*() {
      const input = yield* call.input("scm_integration", Input)
      const type = input.scm_type
      const known = integrationsOf(call.state, call.account)
      if (known.some((it) => it.type === type && it.url === input.url.replace(/\/+$/, ""))) {
        return yield* invalid({ url: ["has already been taken"] })
      }
      const it = addIntegration(call.state, call.account, { type, url: input.url, accessToken: input.access_token })
      recordIntegration(call, "new_integration", it)
      const { access_token: _, ...shown } = renderIntegration(call.state, it)
      return json({ scm_integration: shown }, 201)
    })),

  auth.get(
    "/scm_integrations/:integrationId",
    (call) => Effect.map(findIntegration(call), (it) => json({ scm_integration: renderIntegration(call.state, it) }))
  ),

  auth.delete("/scm_integrations/:integrationId", (call) =>
    Effect.map(findIntegration(call), (it) => {
      removeIntegration(call.state, it)
      recordIntegration(call, "delete_integration", it)
      return empty()
    })),

  auth.post("/scm_integrations/:integrationId/import_keys", (call) =>
    Effect.map(findIntegration(call), (it) => {
      const name = `${it.type}-Dev key`
      const content = `ssh-ed25519 ${
        "AAAAC3NzaC1lZDI1NTE5AAAA".padEnd(68 - it.uid.length, "I")
      }${it.uid} ${it.username}`
      const known = keysOf(call.state, call.account).some((key) => key.content === content || key.name === name)
      const imported = known ? [] : [addKey(call.state, call.account, name, content)]
      return json({ keys: imported.map((key) => renderKey(call.state, key)) }, 201)
    })),

  auth.get("/scm_integrations/:integrationId/search_repos", (call) =>
    Effect.gen(function*() {
      const it = yield* findIntegration(call)
      const { qualifiers, words } = yield* readSearch(call)
      const found = repositoriesOf(call.state, it).filter((repository) =>
        words.every((word) => `${fullName(repository)} ${repository.description}`.toLowerCase().includes(word)) &&
        (qualifiers["user"] === undefined || repository.owner === qualifiers["user"]) &&
        (qualifiers["fork"] === "true" || !repository.fork)
      )
      return json({
        repositories: found.map((repository) => ({
          id: repository.id,
          name: repository.name,
          fullName: fullName(repository),
          url: repositoryUrl(repository),
          description: repository.description
        }))
      })
    })),

  auth.get(
    "/scm_integrations/:integrationId/orgs",
    (call) =>
      Effect.map(
        findIntegration(call),
        (it) =>
          json(pageBody(call, "organizations", ["Test", "Another-Organization"], (login) => ({
            id: 4_698_000 + login.length,
            login,
            avatarUrl: `${it.url}/avatars/o/${login}`,
            url: `${it.url}/api/v3/orgs/${login}`,
            description: `The organization ${login}`
          })))
      )
  ),

  auth.get("/scm_integrations/:integrationId/search_pull_requests", (call) =>
    Effect.gen(function*() {
      const it = yield* findIntegration(call)
      const { qualifiers } = yield* readSearch(call)
      const repo = qualifiers["repo"]
      const found = qualifiers["is"] === "closed"
        ? []
        : repositoriesOf(call.state, it).filter((repository) => repo === undefined || fullName(repository) === repo)
      return json({
        pull_requests: found.flatMap((repository) =>
          repository.pulls.map((pull) => ({
            id: pull.id,
            number: pull.number,
            title: pull.title,
            html_url: pullUrl(repository, pull.number),
            source_repo_name: sourceOf(repository, pull),
            source_repo_html_url: `${it.url}/${sourceOf(repository, pull)}`
          }))
        )
      })
    })),

  auth.get("/scm_integrations/:integrationId/branches", (call) =>
    Effect.gen(function*() {
      const it = yield* findIntegration(call)
      const name = call.query.get("repo_name")
      if (name === null || name === "") return yield* badRequest("param is missing or the value is empty: repo_name")
      const repository = repositoriesOf(call.state, it).find((known) => fullName(known) === name)
      if (repository === undefined) return yield* notFound("repository")
      return json({ branches: repository.branches.map((branch) => ({ name: branch })) })
    }))
]
