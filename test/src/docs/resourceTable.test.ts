import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { readBlock, readmePath, resourceTable, writeBlock } from "./resourceTable.js"

const readme = readFileSync(readmePath, "utf8")

describe("the table of resources", () => {
  it("has a complete row for each resource", () => {
    const rows = resourceTable().split("\n").slice(2)
    assert.isAbove(rows.length, 50)
    for (const row of rows) {
      assert.match(row, /^\| (`\w+`|–) \| `@effect-scalingo\/core\/\w+` \| [a-z', ]+ \| \d+ \| [A-Z`].{10,} \|$/)
    }
    const services = rows.filter((row) => row.startsWith("| `"))
    assert.strictEqual(services.length, rows.length - 2, "all but AddonProvider and OneClick are services")
  })

  it("replaces the text between the markers", () => {
    const text = "before\n<!-- resources -->\n<!-- /resources -->\nafter\n"
    const once = writeBlock(text, "| table |")
    assert.strictEqual(once, "before\n<!-- resources -->\n| table |\n<!-- /resources -->\nafter\n")
    assert.strictEqual(writeBlock(once, "| table |"), once)
    assert.strictEqual(readBlock(once), "| table |")
    assert.isUndefined(readBlock("before\nafter\n"))
  })

  it("is up to date in the README", () => {
    assert.strictEqual(readBlock(readme), resourceTable(), "run `npm run readme:resources`")
  })
})
