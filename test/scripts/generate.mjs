/**
 * Writes what follows from the modules of the packages: the `exports` of both packages, their `index.ts`, the list of
 * all resources, `docs/api.md`, and the JSON Schemas of files. `--check` writes nothing and fails when a file is not up to date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { api } from "./generate/api.mjs"
import { docBlock, isTesting, modulesOf } from "./generate/modules.mjs"
import { barrel, manifest } from "./generate/packages.mjs"
import { resources } from "./generate/resources.mjs"
import { schemas } from "./generate/schemas.mjs"
import { root } from "./steps.mjs"

const core = modulesOf("packages/core")
const node = modulesOf("packages/node")
const namespaces = "Every public module as a namespace."

/** The one export of the testing barrel that is not a namespace: nearly every test begins with it. */
const layerClient = `
${docBlock("Every service, signed in to a sandbox, and that sandbox: `TestClient.layer`.")}
export { layer as layerClient } from "./TestClient.js"
`

const schemaFiles = await schemas()
const published = Object.keys(schemaFiles).map((name) => `schemas/${name}`)

/** By path from the root. */
const files = Object.entries({
  "packages/core/package.json": manifest("packages/core", core, { testing: "testing/index" }),
  "packages/node/package.json": manifest("packages/node", node, {}, published),
  "packages/core/src/index.ts": barrel("packages/core", namespaces, core.filter((path) => !isTesting(path))),
  "packages/core/src/testing/index.ts": barrel(
    "packages/core",
    "A Scalingo in memory to test against.",
    core.filter(isTesting),
    "testing/"
  ) + layerClient,
  "packages/node/src/index.ts": barrel("packages/node", namespaces, node),
  "packages/core/src/resources/Resources.ts": resources(core),
  "docs/api.md": api(core),
  ...Object.fromEntries(
    Object.entries(schemaFiles).map(([name, text]) => [`packages/node/schemas/${name}`, text])
  )
})

const present = (path) => existsSync(root + path) ? readFileSync(root + path, "utf8") : undefined

const stale = files.filter(([path, text]) => present(path) !== text)
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.log(`${path} is not up to date: run \`npm run generate\``)
  process.exit(stale.length === 0 ? 0 : 1)
}
for (const [path, text] of stale) {
  mkdirSync(dirname(root + path), { recursive: true })
  writeFileSync(root + path, text)
}
console.log(stale.length === 0 ? "Everything is up to date" : stale.map(([path]) => `wrote ${path}`).join("\n"))
