import {
  fromText,
  fromUnknown,
  InvalidManifest,
  jsonSchema,
  ScalingoManifest,
  toJson,
  toText
} from "@effect-scalingo/core/ScalingoManifest"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, Schema } from "effect"

const example = {
  name: "Sample Go Martini",
  stack: "scalingo-18",
  description: "Sample web application using the Go framework Martini",
  logo: "https://scalingo.com/logo.svg",
  repository: "https://github.com/Scalingo/sample-go-martini",
  website: "https://scalingo.com",
  env: {
    VAR_TEST_1: { description: "test variable number 1", value: "1" },
    VAR_SECRET_1: { description: "generated variable 1", generator: "secret" },
    PUBLIC_URL: { description: "URL of the application", generator: "url" },
    ADMIN_URL: { description: "Admin URL of the application", generator: "url", template: "%URL%/admin" },
    PR: { generator: "template", template: "Pull Request Number %PR_NUMBER%" },
    GONE: { value: null },
    ASKED: { required: true }
  },
  addons: [{ plan: "mongodb:mongo-starter-256", options: { version: "4.0.16-1" } }, "scalingo-redis"],
  scripts: { "first-deploy": "echo 'first deployment'", postdeploy: "echo hello" },
  formation: { web: { amount: 1, size: "S" }, other: { amount: 0, size: "4XL" } }
}

/** Objects lose a key `__proto__` that is assigned, so it cannot be encoded. */
const hasNoProto = (manifest: ScalingoManifest) => !JSON.stringify(manifest).includes("\"__proto__\"")

const issues = (value: unknown) =>
  Either.match(fromUnknown(value), {
    onLeft: (error) => error.issues.map(({ expected, path }) => `${path}: ${expected}`),
    onRight: () => []
  })

describe("scalingo.json", () => {
  it("is decoded from text and from a value, and encoded to the same JSON", () => {
    const manifest = Either.getOrThrow(fromUnknown(example))
    assert.deepStrictEqual(Either.getOrThrow(toJson(manifest)), example as never)
    const text = Either.getOrThrow(toText(manifest))
    assert.isTrue(text.startsWith("{\n  \"name\": \"Sample Go Martini\"") && text.endsWith("}\n"))
    assert.deepStrictEqual(Either.getOrThrow(fromText(text)), manifest)
  })

  it("can be empty", () => {
    assert.deepStrictEqual(Either.getOrThrow(fromText("{}")), {})
  })

  it("accepts flags in quotes", () => {
    const read = (flag: unknown) =>
      Either.getOrThrow(fromUnknown({ copy_parent_database_urls: flag, env: { A: { required: flag } } }))
    for (const [wire, flag] of [["true", true], [true, true], ["false", false], [false, false]] as const) {
      const manifest = read(wire)
      assert.deepStrictEqual([manifest.copy_parent_database_urls, manifest.env?.["A"]?.required], [flag, flag])
      assert.strictEqual(Either.getOrThrow(toJson(manifest)).copy_parent_database_urls, flag)
    }
  })

  it("keeps unknown fields, such as those of an app.json", () => {
    const appJson = {
      name: "app",
      keywords: ["go"],
      success_url: "/welcome",
      env: { A: { value: "1", scope: "x" } },
      addons: [{ plan: "postgresql:sandbox", as: "DB" }]
    }
    assert.deepStrictEqual(Either.getOrThrow(toJson(Either.getOrThrow(fromUnknown(appJson)))), appJson as never)
  })

  it("names the path and the expected value of every issue", () => {
    const names = ["scalingo-26", "scalingo-24", "scalingo-22", "scalingo-20", "scalingo-18", "scalingo-14"]
    const stacks = [...names.map((name) => `"${name}"`), "string"].join(" | ")
    const cases: ReadonlyArray<readonly [unknown, ReadonlyArray<string>]> = [
      [{ name: 3 }, ["name: string"]],
      [{ env: { PORT: { value: 3000 } } }, ["env.PORT.value: string or null"]],
      [{ env: { PORT: "3000" } }, ["env.PORT: an object"]],
      [{ env: { A: { generator: "template" } } }, [
        "env.A.template: present, since the generator is template"
      ]],
      [{ env: { A: { value: "1", generator: "secret" } } }, ["env.A.generator: left out where there is a value"]],
      [{ env: { A: { required: "yes" } } }, ["env.A.required: boolean or \"true\" or \"false\""]],
      [{ env: ["A"] }, ["env: an object"]],
      [{ formation: { web: { amount: 1 } } }, ["formation.web.size: present"]],
      [{ formation: { web: { amount: "1", size: "S" } } }, ["formation.web.amount: number"]],
      [{ formation: { web: { amount: 1.5, size: "S" } } }, ["formation.web.amount: an integer"]],
      [{ formation: { web: { amount: -1, size: "S" } } }, ["formation.web.amount: a non-negative number"]],
      [{ addons: { redis: true } }, ["addons: an array"]],
      [{ addons: ["redis", 3] }, ["addons.1: string or an object"]],
      [{ addons: [{ plan: 3 }] }, ["addons.0.plan: string"]],
      [{ scripts: { postdeploy: ["a"] } }, ["scripts.postdeploy: string"]],
      [{ name: 1, stack: 2, ref: 3 }, ["name: string", "ref: string", `stack: ${stacks}`]]
    ]
    for (const [value, expected] of cases) assert.deepStrictEqual(issues(value), expected)
  })

  it("is refused when it is not JSON or not an object", () => {
    for (const text of ["", "{", "{ name: 'x' }", "[]", "null", "12", "\"x\""]) {
      const error = Either.getOrThrow(Either.flip(fromText(text)))
      assert.instanceOf(error, InvalidManifest)
      assert.match(error.message, /^The manifest is not valid: it must be (a JSON object|JSON \()/, text)
    }
  })

  it("has an error message with all issues", () => {
    const error = Either.getOrThrow(
      Either.flip(fromUnknown({ name: 3, formation: { web: { amount: "2", size: "M" } } }))
    )
    assert.strictEqual(
      error.message,
      "The manifest is not valid: name must be string; formation.web.amount must be number"
    )
    assert.strictEqual(error._tag, "InvalidManifest")
  })

  it("is checked before it is encoded", () => {
    const error = Either.getOrThrow(Either.flip(toText({ formation: { web: { amount: 0.5, size: "M" } } })))
    assert.deepStrictEqual(error.issues.map(({ path }) => path), ["formation.web.amount"])
  })

  it("has a JSON schema", () => {
    const schema = JSON.parse(JSON.stringify(jsonSchema()))
    assert.strictEqual(schema.$schema, "http://json-schema.org/draft-07/schema#")
    assert.strictEqual(schema.type, "object")
    assert.deepStrictEqual(
      Object.keys(schema.properties).sort(),
      [...Object.keys(example), "$schema", "ref", "copy_parent_database_urls"].sort()
    )
    assert.deepStrictEqual(schema.required, [])
    assert.strictEqual(schema.additionalProperties, false)
    const formation = schema.properties.formation.additionalProperties
    assert.deepStrictEqual(formation.required, ["amount", "size"])
  })

  it("does not change when it is encoded and decoded", () => {
    const same = Schema.equivalence(ScalingoManifest)
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(ScalingoManifest).filter(hasNoProto), (manifest) => {
        const back = Either.getOrThrow(fromUnknown(Either.getOrThrow(toJson(manifest))))
        assert.isTrue(same(back, manifest))
      }),
      { numRuns: 300, seed: 11 }
    )
  })
})
