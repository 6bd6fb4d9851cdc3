/**
 * The JSON Schemas of the files that the command reads, as they are published.
 */
import * as JSONSchema from "effect/JSONSchema"
import { FaultsFile } from "./faultsFile.js"
import { SeedFile } from "./seedFile.js"

const toText = (schema: object): string => `${JSON.stringify(schema, undefined, 2)}\n`

/** By the name of the file. */
export const schemaFiles: { readonly [name: string]: string } = {
  "faults.schema.json": toText(JSONSchema.make(FaultsFile)),
  "seed.schema.json": toText(JSONSchema.make(SeedFile))
}
