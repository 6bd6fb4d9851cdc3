/**
 * The arithmetic of the benchmarks in `test/bench`, on made-up numbers. What they measure is not tested here.
 */
import { assert, describe, it } from "@effect/vitest"
import { root } from "./docs/typescript.js"

interface Goal {
  readonly kind: "must" | "aim"
  readonly isMet: boolean
}

interface Goals {
  readonly checkGoals: (results: object) => ReadonlyArray<Goal>
  readonly goalLine: (goal: Goal) => string
}

interface Rounds {
  readonly pairedRatio: (numbers: ReadonlyArray<number>, reference: ReadonlyArray<number>) => number
  readonly pairedRounds: (
    names: ReadonlyArray<string>,
    rounds: number,
    turn: (name: string) => Promise<number>
  ) => Promise<{ readonly [name: string]: ReadonlyArray<number> }>
}

interface Profiles {
  readonly readProfile: (profile: object) => {
    readonly functions: ReadonlyArray<{ readonly name: string; readonly percent: number }>
    readonly packages: ReadonlyArray<{ readonly name: string; readonly percent: number }>
  }
}

const load = <A>(name: string): Promise<A> => import(/* @vite-ignore */ `${root}test/bench/${name}.mjs`)

describe("the benchmarks", () => {
  it("say of each goal whether it is met", async () => {
    const { checkGoals, goalLine } = await load<Goals>("goals")
    const goals = checkGoals({
      decode: { apps: { ratio: 1.7 }, events: { ratio: 2.25 } },
      types: { one: 1, events: 2 }
    })
    assert.deepStrictEqual(goals.map(goalLine), [
      "must  parse + decode of 100 apps x JSON.parse: 1.700, wanted 1.9: met",
      "must  parse + decode of 100 events x JSON.parse: 2.250, wanted 2.2: missed",
      "must  instantiations with one service: 1, wanted 35000: met",
      "must  instantiations with the stream of events: 2, wanted 60000: met",
      "aim   parse + decode of 100 apps x JSON.parse: 1.700, wanted 1.5: missed",
      "aim   parse + decode of 100 events x JSON.parse: 2.250, wanted 1.6: missed"
    ])
  })

  it("compare within rounds, in an order that rotates", async () => {
    const { pairedRatio, pairedRounds } = await load<Rounds>("rounds")
    const turns: Array<string> = []
    const results = await pairedRounds(["a", "b", "c"], 2, async (name) => turns.push(name))
    assert.deepStrictEqual(turns, ["a", "b", "c", "b", "c", "a"])
    assert.deepStrictEqual(results, { a: [1, 6], b: [2, 4], c: [3, 5] })
    // The second round was ten times slower for both.
    assert.strictEqual(pairedRatio([2, 30, 4], [1, 10, 2]), 2)
  })

  it("read CPU profiles", async () => {
    const { readProfile } = await load<Profiles>("profile")
    const frame = (id: number, functionName: string, url: string) => ({
      id,
      callFrame: { functionName, url, lineNumber: 9 }
    })
    const { functions, packages } = readProfile({
      nodes: [
        frame(1, "(idle)", ""),
        frame(2, "(garbage collector)", ""),
        frame(
          3,
          "runLoop",
          "file:///a/node_modules/.pnpm/effect@3/node_modules/effect/dist/esm/internal/fiberRuntime.js"
        ),
        frame(4, "send", "file:///a/packages/core/dist/client/internal/request.js")
      ],
      samples: [1, 2, 3, 4, 4],
      timeDeltas: [0, 500, 100, 300, 600]
    })
    assert.deepStrictEqual(functions, [
      { name: "send client/internal/request.js:10", percent: 60 },
      { name: "runLoop internal/fiberRuntime.js:10", percent: 30 },
      { name: "(garbage collector)", percent: 10 }
    ])
    assert.deepStrictEqual(packages.map(({ name }) => name), ["@effect-scalingo/core", "effect", "(garbage collector)"])
  })
})
