/**
 * Every export of the packages has a description, and every method of a resource names its request.
 */
import { assert, describe, it } from "@effect/vitest"
import { inventory } from "../contracts/inventory.js"
import { lacksOf, methodsOf, requestsOf } from "./comments.js"
import { publicModules } from "./typescript.js"

/** Methods that send no request, or several. */
const severalRequests = new Set([
  "Addons.await",
  "DatabaseBackups.await",
  "Databases.awaitOperation",
  "DedicatedDatabases.await",
  "Deployments.await",
  "Domains.awaitCertificate",
  "Operations.await",
  "Operations.follow",
  "Operations.exclusive",
  "ScmRepoLinks.awaitReviewApp"
])

/** A path with and without its optional parameters. */
const pathsOf = (path: string, optional: ReadonlyArray<string> = []): ReadonlyArray<string> => {
  const last = optional.at(-1)
  return last === undefined ? [path] : [path, ...pathsOf(path.replace(`/:${last}`, ""), optional.slice(0, -1))]
}

const known = new Set(
  inventory.flatMap(({ altMethods, method, optionalPathParams, path, pathIsFullUrl }) =>
    [method, ...altMethods].flatMap((verb) =>
      pathIsFullUrl === true
        ? [verb]
        : pathsOf(path, optionalPathParams).map((path) => `${verb} ${path.replace(/:\w+/g, ":")}`)
    )
  )
)

const resources = new Set(inventory.map(({ resource }) => resource))

const methods = publicModules.flatMap((module) =>
  methodsOf(module).map((method) => ({ ...method, module, where: `${module.name}.${method.name}` }))
)
const calls = methods.filter(({ module }) => resources.has(module.name))

describe("doc comments", () => {
  it("describe every export, and are never empty", () => {
    assert.isAbove(publicModules.length, 80)
    assert.deepStrictEqual(publicModules.flatMap(lacksOf), [])
  })

  it("begin every module, with its version", () => {
    const without = publicModules.filter(({ text }) =>
      !/^\/\*\*\n(?: \*.*\n)*? \* @since \d+\.\d+\.\d+\n \*\//.test(text)
    )
    assert.deepStrictEqual(without.map(({ path }) => path), [])
  })

  it("describe every method of a service", () => {
    assert.isAbove(calls.length, 230)
    assert.deepStrictEqual(methods.filter(({ doc }) => doc === undefined).map(({ where }) => where), [])
  })

  it("name the request of a method", () => {
    const silent = calls.filter(({ doc, where }) =>
      doc !== undefined && requestsOf(doc).length === 0 && !severalRequests.has(where)
    )
    assert.deepStrictEqual(silent.map(({ where }) => where), [])
  })

  it("name only requests of the inventory", () => {
    const wrong = calls.flatMap(({ doc, where }) =>
      (doc === undefined ? [] : requestsOf(doc))
        .filter((request) => !known.has(request))
        .map((request) => `${where}: ${request}`)
    )
    assert.deepStrictEqual(wrong, [])
  })

  it("mark undocumented requests as experimental", () => {
    const named = (documented: boolean) =>
      new Set(
        inventory.filter((it) => it.documented === documented)
          .map(({ method, path, resource }) => `${resource} ${method} ${path.replace(/:\w+/g, ":")}`)
      )
    const documented = named(true)
    const undocumented = new Set([...named(false)].filter((request) => !documented.has(request)))
    const wrong = calls.filter(({ doc, module }) =>
      doc !== undefined && !doc.tags.includes("experimental") &&
      requestsOf(doc).some((request) => undocumented.has(`${module.name} ${request}`))
    )
    assert.deepStrictEqual(wrong.map(({ where }) => where), [])
  })

  it("have no superfluous exceptions", () => {
    const all = new Set(calls.map(({ where }) => where))
    assert.deepStrictEqual([...severalRequests].filter((where) => !all.has(where)), [])
  })
})
