import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

describe("the README", () => {
  it("shows the sandbox example that these tests run", () => {
    assert.include(read("../../../README.md"), `\`\`\`ts\n${read("./sandboxExample.test.ts")}\`\`\``)
  })
})
