/**
 * `npm run test:long`: compiles the code in the documentation with TypeScript 5. `types.test.ts` does so with TypeScript 7.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { tsc } from "../processes.js"
import { typeCheckBlocks } from "./blocksCheck.js"

beforeAll(tsc("-b", "packages/core", "packages/node"))

it("code in the documentation type-checks with TypeScript 5", async () => {
  assert.deepStrictEqual(await typeCheckBlocks(5), [])
})
