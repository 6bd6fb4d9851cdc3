/**
 * The CPU time that a program needs to import the library, over that of the modules of Effect that it needs anyway. The
 * packages are imported as they are built, unbundled, each time in a fresh process.
 */
import { pathToFileURL } from "node:url"
import { effectModules } from "../bundle.mjs"
import { startChild } from "../child.mjs"
import { consumers, write } from "../consumers.mjs"
import { median, pairedRatio, pairedRounds } from "../rounds.mjs"

const importTime = async (path) => {
  const child = await startChild("importTime.mjs", [pathToFileURL(path).href])
  await child.stop()
  return child.first.cpu / 1000
}

export const measureColdStart = async ({ quick, rounds }) => {
  const files = {}
  for (const name of ["one", "all"]) {
    files[name] = write(`${name}.mjs`, consumers[name])
    const imports = await effectModules(files[name])
    files[`${name}Effect`] = write(`${name}Effect.mjs`, imports.map((path) => `import "${path}"\n`).join(""))
  }
  const names = Object.keys(files)
  // The first time, the files come from the disk.
  if (!quick) await pairedRounds(names, 1, (name) => importTime(files[name]))
  const results = await pairedRounds(names, quick ? 1 : rounds, (name) => importTime(files[name]))
  const compare = (name) => ({
    milliseconds: median(results[name]),
    effect: median(results[`${name}Effect`]),
    ratio: pairedRatio(results[name], results[`${name}Effect`])
  })
  return { one: compare("one"), all: compare("all") }
}
