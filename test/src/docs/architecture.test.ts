/**
 * The direction of imports between the folders of core, which `docs/architecture.md` describes.
 */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { root } from "./typescript.js"

const source = `${root}packages/core/src/`

/** The folders that a folder may import, besides itself and `internal`. */
const allowed: { readonly [folder: string]: ReadonlyArray<string> } = {
  internal: [],
  schema: [],
  events: ["schema"],
  client: ["schema"],
  provider: ["client", "schema"],
  resources: ["client", "events", "schema"],
  testing: ["schema"]
}

/**
 * The sandbox and the client share no code, so that each checks the other. Only the layer that puts a client on a
 * sandbox knows both.
 */
const layerOfBoth = "testing/TestClient.ts"
const importsOfTheLayer = ["Scalingo.ts", "client/ConnectClient.ts", "client/ScalingoConfig.ts"]

/** Modules that may import everything. */
const topLevel = ["Scalingo.ts", "index.ts"]

const modules = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"))

const folderOf = (path: string) => path.split("/")[0] ?? ""

const importsOf = (path: string): ReadonlyArray<string> =>
  [...readFileSync(source + path, "utf8").matchAll(/^(?:import|export|\} from)\b.*?"(\.{1,2}\/[^"]+)\.js"/gm)]
    .flatMap(([, specifier]) => specifier === undefined ? [] : [posix.join(posix.dirname(path), `${specifier}.ts`)])

const arrows = modules.flatMap((from) => importsOf(from).map((to) => ({ from, to })))

describe("the folders of core", () => {
  it("all have a rule", () => {
    assert.isAbove(arrows.length, 500)
    assert.sameMembers([...new Set(modules.map(folderOf))], [...Object.keys(allowed), ...topLevel])
  })

  it("import in one direction", () => {
    const wrong = arrows.filter(({ from, to }) => {
      const [folder, target] = [folderOf(from), folderOf(to)]
      return !topLevel.includes(folder) && folder !== target && target !== "internal" &&
        allowed[folder]?.includes(target) !== true && !(from === layerOfBoth && importsOfTheLayer.includes(to))
    })
    assert.deepStrictEqual(wrong.map(({ from, to }) => `${from} imports ${to}`), [])
  })

  it("keep the sandbox free of the client", () => {
    const users = arrows.filter(({ to }) => to === layerOfBoth).map(({ from }) => from)
    assert.deepStrictEqual(users, ["testing/index.ts", "testing/index.ts"])
  })

  it("use only their own internal modules", () => {
    const wrong = arrows.filter(({ from, to }) =>
      /^(resources|events|testing)\/.*internal\//.test(to) && folderOf(from) !== folderOf(to)
    )
    assert.deepStrictEqual(wrong.map(({ from, to }) => `${from} imports ${to}`), [])
  })
})
