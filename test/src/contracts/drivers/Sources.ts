import { layer, Sources } from "@effect-scalingo/core/Sources"
import { Redacted, Stream } from "effect"
import { driver } from "../driver.js"

const signed = (name: string) => Redacted.make(`https://signed.example.com/${name}?token=t`)

export default driver("Sources", Sources, layer, {
  create: (sources) => sources.create,
  upload: (sources) =>
    sources.upload(signed("uploadUrl"), { content: Stream.make(new Uint8Array([1, 2, 3])), length: 3 }),
  download: (sources) => sources.download(signed("downloadUrl"))
})
