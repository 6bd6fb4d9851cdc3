import { layer, Logs } from "@effect-scalingo/core/Logs"
import { Redacted, Stream } from "effect"
import { json, type RespondHttp } from "../../fakePlatform.js"
import { driver } from "../driver.js"

const event = JSON.stringify({ event: "log", log: "2015-02-16 02:02:43.930163178 +0000 UTC [web-1] text\n" })

/** The URL of the logs, a dump of one line, and one Server-Sent Event. */
const respond: RespondHttp = ({ query, url }) =>
  url.host.startsWith("api.")
    ? json({ app: {}, logs_url: "https://logs.osc-fr1.scalingo.com/apps/app/logs?token=t&timestamp=1" })
    : query["stream"] === "true"
    ? { text: `data: ${event}\n\n`, headers: { "content-type": "text/event-stream" } }
    : { text: "2015-02-16 02:02:43.930163178 +0000 UTC [web-1] [martini] Started GET / for [filtered IP]\n" }

const because = "the URL comes from another endpoint"

export default driver("Logs", Logs, layer, {
  dump: { send: (logs) => logs.read("app", { lines: 1, filter: "web" }), respond, because },
  streamWebsocket: { send: (logs) => Stream.take(logs.tail("app", { lines: 0 }), 1), respond, because },
  streamSse: { send: (logs) => Stream.take(logs.tail("app", { lines: 0 }), 1), respond, because },
  downloadArchive: (logs) =>
    logs.readArchive({
      url: Redacted.make("https://signed.example.com/archiveUrl?token=t"),
      size: 98765,
      from: "Fri Mar 24 14:00:00 +0000 UTC 2017",
      to: "Sun Mar 26 14:00:00 +0000 UTC 2017"
    })
})
