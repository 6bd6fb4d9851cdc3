/**
 * How much work the types are for the compiler: the instantiations of a small consumer.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { consumers, write } from "../consumers.mjs"

const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url))

const instantiations = async (name) => {
  write(`${name}.ts`, consumers[name])
  const options = { extends: "../../tsconfig.consumer.json", files: [`${name}.ts`] }
  const config = write(`${name}.tsconfig.json`, JSON.stringify(options))
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", config, "--extendedDiagnostics"])
  return Number(/^Instantiations:\s+(\d+)/m.exec(stdout)?.[1])
}

export const measureTypes = async () => {
  const [one, events] = await Promise.all([instantiations("one"), instantiations("events")])
  return { one, events }
}
