/**
 * CPU profiles of the library for one app and for a list of 100, after it has been compiled.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { startChild } from "../child.mjs"
import { operations } from "../operations.mjs"
import { readProfile } from "../profile.mjs"

const profiled = operations.filter(({ name }) => name === "getApp" || name === "list100")

const lines = ({ name, percent }) => `  ${percent.toFixed(1).padStart(5)} %  ${name}`

/** Writes the profiles to a folder and returns their top ten as text. */
export const profileHttp = async (folder) => {
  await mkdir(folder, { recursive: true })
  const server = await startChild("server.mjs")
  const client = await startChild("clients/process.mjs", ["ours", server.first.url])
  const text = []
  try {
    for (const { calls, concurrency, label, name } of profiled) {
      const request = { operation: name, calls: calls * 8, concurrency }
      await client.ask(request)
      const { profile } = await client.ask({ ...request, profile: true })
      const file = join(folder, `${name}.cpuprofile`)
      await writeFile(file, JSON.stringify(profile))
      const { functions, packages } = readProfile(profile)
      text.push(
        `${label}: self time by function (${file})`,
        ...functions.map(lines),
        `${label}: self time by package`,
        ...packages.map(lines),
        ""
      )
    }
  } finally {
    await client.stop()
    await server.stop()
  }
  return text
}
