/**
 * The table of resources in the README, generated from the modules and the inventory.
 */
import { Context } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { inventory, isLive } from "../contracts/inventory.js"
import { publicModules } from "./typescript.js"

const modules = import.meta.glob<Record<string, unknown>>(
  "../../../packages/core/src/{provider,resources}/**/*.ts",
  { eager: true }
)
const moduleOf = (name: string) => publicModules.find((module) => module.name === name)

export const readmePath = new URL("../../../README.md", import.meta.url)

/** Modules that have another name than their resource in the inventory. */
const contracts: { readonly [resource: string]: string } = { AddonProviderReverse: "AddonProvider" }

const apis: { readonly [api: string]: string } = {
  regional: "regional",
  auth: "auth",
  billing: "billing",
  database: "database",
  addonProvider: "the provider's own",
  dashboard: "dashboard"
}

/** The first sentence of a module's doc comment, without the full stop. */
const describe = (module: string): string => {
  const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(moduleOf(module)?.text ?? "") ?? []
  const text = comment.replace(/^[ \t]*\* ?/gm, "").split(/\n\s*\n|\n@/)[0]?.replace(/\s+/g, " ").trim() ?? ""
  const [, sentence = text] = /^(.*?)\.(?:\s+(?![a-z])|$)/.exec(text) ?? []
  return sentence.replace(/\{@link (\w+)\}/g, "`$1`").replaceAll("|", "\\|")
}

const isService = (module: string): boolean => {
  const tag = modules[`../../../${moduleOf(module)?.path}`]?.[module]
  return Context.isTag(tag) && tag.key === `@effect-scalingo/core/${module}`
}

/** The table in Markdown, with one row for each resource. */
export const resourceTable = (): string => {
  const resources = [...new Set(inventory.filter((it) => !isLive(it)).map(({ resource }) => resource))]
  const rows = resources.map((resource) => ({ resource, module: contracts[resource] ?? resource }))
    .sort((one, other) => one.module < other.module ? -1 : 1)
    .map(({ module, resource }) => {
      const endpoints = inventory.filter((it) => it.resource === resource && !isLive(it))
      const names = [...new Set(endpoints.flatMap(({ api }) => apis[api] ?? []))]
      return `| ${isService(module) ? `\`${module}\`` : "–"} | \`@effect-scalingo/core/${module}\` | ${
        names.join(", ")
      } | ${endpoints.length} | ${describe(module)} |`
    })
  return ["| Service | Import | API | Endpoints | |", "|---|---|---|---:|---|", ...rows].join("\n")
}

const block = /(<!-- resources -->\n)([\s\S]*?)(\n?<!-- \/resources -->)/

/** The text between the markers; `undefined` without them. */
export const readBlock = (readme: string): string | undefined => block.exec(readme)?.[2]

export const writeBlock = (readme: string, table: string): string =>
  readme.replace(block, (_, start: string, __, end: string) => `${start}${table}\n${end.trimStart()}`)

/** Writes the table to the README: `pnpm readme:resources`. */
export const main = async (): Promise<number> => {
  const readme = readFileSync(readmePath, "utf8")
  if (readBlock(readme) === undefined) {
    console.log("README.md has no lines <!-- resources --> and <!-- /resources -->")
    return 1
  }
  const written = writeBlock(readme, resourceTable())
  if (written !== readme) writeFileSync(readmePath, written)
  console.log(written === readme ? "The table of resources is up to date" : "Wrote the table of resources")
  return 0
}
