/**
 * The options of the command line.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

export const usage = `npm run bench -- [options]

  --quick          fewer rounds and shorter measurements, under a minute
  --only a,b       only some parts: http, decode, coldStart, size, heap, waiters, batch, types
  --rounds N       how often each measurement is repeated (default 15, with --quick 2)
  --out FILE       where the JSON goes (default test/bench/results/latest.json)
  --cpu-prof DIR   also profiles the library, and writes the profiles there
`

const defaultFile = fileURLToPath(new URL("results/latest.json", import.meta.url))

export const readOptions = (args, parts) => {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      rounds: { type: "string" },
      out: { type: "string", default: defaultFile },
      "cpu-prof": { type: "string" }
    }
  })
  const only = values.only === undefined ? parts : values.only.split(",").filter((part) => part !== "")
  const unknown = only.find((part) => !parts.includes(part))
  if (unknown !== undefined) throw new Error(`no part is called ${unknown}`)
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 15))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number from 1")
  return { quick: values.quick, only, rounds, out: values.out, profile: values["cpu-prof"] }
}
