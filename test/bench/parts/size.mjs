/**
 * What the library adds to a bundle, minified and compressed: the bundle of a consumer, less the same bundle of what is
 * used of Effect.
 */
import { gzipSync } from "node:zlib"
import { bundleEffect, bundleWhole } from "../bundle.mjs"
import { consumers, write } from "../consumers.mjs"

const kilobytes = (bytes) => bytes.length / 1000
const gzipped = (code) => gzipSync(code, { level: 9 })

const sizeOf = async (name) => {
  const file = write(`${name}.mjs`, consumers[name])
  const whole = await bundleWhole(file)
  const effect = await bundleEffect(file)
  return {
    whole: kilobytes(gzipped(whole)),
    own: kilobytes(gzipped(whole)) - kilobytes(gzipped(effect)),
    ownMinified: kilobytes(whole) - kilobytes(effect)
  }
}

export const measureSize = async () => ({ one: await sizeOf("one"), all: await sizeOf("all") })
