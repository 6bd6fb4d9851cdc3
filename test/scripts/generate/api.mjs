/**
 * `docs/api.md`: every service with its methods, and the requests that they make.
 */
import { isTesting, nameOf, notice, sourceOf, summaryOf } from "./modules.mjs"
import { servicesOf } from "./services.mjs"

/** The sections of the document, each with the modules that it is about. */
const sections = [
  {
    title: "Resources",
    text: "The regional, auth and billing APIs: one service for each resource.",
    has: (path) => /^resources\/[^/]+$/.test(path)
  },
  {
    title: "Databases",
    text: "The database API. A `DatabaseRef` names a database: its app, and the id of its addon.",
    has: (path) => path.startsWith("resources/database/")
  },
  {
    title: "Client",
    text: "The services that the resources are built on. Programs use them for requests that no method makes, for " +
      "transfers, and to replace a part of the client.",
    has: (path) => path.startsWith("client/")
  },
  {
    title: "Testing",
    text: "The sandbox.",
    has: isTesting
  }
]

const intro = `# API

<!-- ${notice} -->

Every service of \`@effect-scalingo/core\`, with its methods. A method without parentheses is an effect or a stream and
takes no arguments. \`?\` marks a parameter that may be left out. The result is what the effect succeeds with;
\`Stream<…>\` is a stream of items. Every call may fail with \`ScalingoError\`. The doc comments in the source name the
other errors. *Experimental* marks requests that Scalingo's documentation does not have, only its official clients.
`

/** The first sentence of a text, without its full stop. */
const sentenceOf = (text) => /^(.*?)\.(?:\s+(?![a-z])|$)/.exec(text)?.[1] ?? text

const withoutLinks = (text) => text.replace(/\{@link (\w+)\}/g, "`$1`")

const request = "`(?:GET|POST|PUT|PATCH|DELETE)(?:\\s+/[^`]*)?`"

/** The requests that a text names. A method alone, of a URL that a response holds, counts where there is no other. */
const requestsOf = (text) => {
  const found = [...new Set(text.match(new RegExp(request, "g")) ?? [])]
  const withPath = found.filter((it) => it.includes("/"))
  return withPath.length === 0 ? found : withPath
}

/** The first sentence of a method's description, without the request at its end: that has a column of its own. */
const describe = ({ tags, text }) => {
  const sentence = sentenceOf(withoutLinks(text)).replace(new RegExp(`:\\s+${request}$`), "")
  return tags.includes("experimental") ? `*Experimental.* ${sentence}` : sentence
}

const cell = (text) => text.replaceAll("|", "\\|")

const row = (method) => {
  const { name, parameters, result, text } = method
  const signature = parameters === undefined ? name : `${name}(${parameters.join(", ")})`
  return `| ${
    [`\`${signature}\``, requestsOf(text).join(", "), `\`${result}\``, describe(method)].map(cell).join(" | ")
  } |`
}

const headingOf = (tags) => tags.map(({ name }) => name).join(", ")

/** What a module says of itself; of a service that does not bear the module's name, what its tag says. */
const describeService = ({ path, source, tags }) => {
  const sentence = (text) => `${sentenceOf(withoutLinks(text.replace(/\s+/g, " ")))}.`
  if (tags.some(({ name }) => name === nameOf(path))) return sentence(summaryOf(source))
  if (tags.length === 1) return sentence(tags[0].text)
  return tags.map(({ name, text }) => `- \`${name}\`: ${sentence(text)}`).join("\n")
}

const importOf = ({ path, tags }) =>
  isTesting(path)
    ? `import { ${nameOf(path)} } from "@effect-scalingo/core/testing"`
    : `import { ${headingOf(tags)} } from "@effect-scalingo/core/${nameOf(path)}"`

const part = (service) =>
  `### ${headingOf(service.tags)}

${describeService(service)}

\`${importOf(service)}\` ([source](../packages/core/src/${service.path}.ts))

| Method | Request | Result | Description |
| --- | --- | --- | --- |
${service.methods.map(row).join("\n")}
`

/** The anchor that GitHub gives to a heading. */
const anchor = (heading) => heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")

/** The document, of the public modules of core. */
export const api = (paths) => {
  const services = paths.filter((path) => sections.some(({ has }) => has(path))).flatMap((path) => {
    const source = sourceOf("packages/core", path)
    return servicesOf(path, source).map((service) => ({ ...service, path, source }))
  })
  const inSection = ({ has }) => services.filter(({ path }) => has(path))
  const contents = sections.map((section) => {
    const links = inSection(section).map(({ tags }) => `[${headingOf(tags)}](#${anchor(headingOf(tags))})`)
    return `**${section.title}:** ${links.join(", ")}\n`
  })
  const parts = sections.flatMap((section) => [
    `## ${section.title}\n\n${section.text}\n`,
    ...inSection(section).map(part)
  ])
  return [intro, ...contents, ...parts].join("\n")
}
