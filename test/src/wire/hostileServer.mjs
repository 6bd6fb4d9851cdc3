/**
 * A server on raw sockets, in a process of its own: one behaviour for each path, most of them against the rules of
 * HTTP. It tells its ports in the first message, and replies to questions about what it has received.
 */
import * as Fs from "node:fs"
import * as Net from "node:net"
import * as Tls from "node:tls"
import { fileURLToPath } from "node:url"
import * as Zlib from "node:zlib"
import { key } from "./hostileServerKey.mjs"

const certificate = fileURLToPath(new URL("hostileServer.pem", import.meta.url))
const cert = Fs.readFileSync(certificate)

const ok = JSON.stringify({ ok: true })
const html = "<!doctype html><html><body>Sign in</body></html>"
const kib = "x".repeat(1023) + "\n"

const head = (status, headers) =>
  `HTTP/1.1 ${status} X\r\n${
    Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}\r\n`)).join(
      ""
    )
  }\r\n`

/** A whole response, after which the connection is closed. */
const whole = (status, headers, body = "") => (socket) => {
  const bytes = Buffer.from(body)
  socket.write(
    head(status, {
      "content-type": "application/json",
      "content-length": bytes.length,
      connection: "close",
      ...headers
    })
  )
  socket.end(bytes)
}

/** Bytes as they are, after which the connection is closed. */
const raw = (...parts) => (socket) => {
  for (const part of parts) socket.write(part)
  socket.end()
}

/** The beginning of a response, and then a reset. */
const cut = (text) => (socket) => socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 20))

const endless = (status) => (socket) => {
  socket.write(head(status, { "content-type": "application/json" }))
  const more = () => {
    while (!socket.destroyed && socket.write(kib));
  }
  socket.on("drain", more)
  more()
}

const oneByteAtATime = (socket) => {
  socket.write(head(200, { "content-type": "application/json", "content-length": 100_000 }))
  const timer = setInterval(() => socket.write("1"), 50)
  socket.on("close", () => clearInterval(timer))
}

const compressed = (status, encoding, body) => whole(status, { "content-encoding": encoding }, body)

/** A stored block whose unused bits are set: its first byte is that of zlib's header. */
const rawDeflateLikeZlib = Buffer.concat([
  Buffer.from([0x78, ok.length, 0, 0xff - ok.length, 0xff]),
  Buffer.from(ok),
  Zlib.deflateRawSync("")
])

/** 64 MiB of zeros, in 64 KiB. */
const bombBytes = Zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024))
const bomb = (status) => compressed(status, "gzip", bombBytes)

/** A minute of the server's clock of which half is left. */
const date = "Thu, 26 Nov 2026 08:03:30 GMT"
const retryAfters = ["120", "1.5", "Thu, 26 Nov 2026 08:05:00 GMT", "120junk", "-5", "+3", "1, 2", "1e3", ""]

const behaviours = {
  "/fine": whole(200, {}, ok),
  "/reset": (socket) => socket.resetAndDestroy(),
  "/close": (socket) => socket.end(),
  "/reset-in-headers": cut("HTTP/1.1 200 OK\r\ncontent-type: appl"),
  "/reset-in-body": cut(head(200, { "content-type": "application/json", "content-length": 1000 }) + "{\"ok\":"),
  "/reset-in-error-body": cut(head(500, { "content-type": "application/json", "content-length": 1000 }) + "{\"err"),
  "/short-body": raw(head(200, { "content-type": "application/json", "content-length": 1000 }), ok),
  "/short-chunked": raw(head(200, { "transfer-encoding": "chunked" }), `b\r\n${ok}\r\n`),
  "/invalid-chunk": raw(head(200, { "transfer-encoding": "chunked" }), "nonsense\r\n"),
  "/length-and-chunks": raw(
    head(200, { "content-length": 4, "transfer-encoding": "chunked" }),
    `b\r\n${ok}\r\n0\r\n\r\n`
  ),
  "/silence": () => undefined,
  "/headers-then-silence": (socket) => socket.write(head(200, { "content-length": 1000 })),
  "/error-then-silence": (socket) => socket.write(head(403, { "content-length": 1000 })),
  "/redirect-then-silence": (socket) => socket.write(head(307, { "content-length": 1000, location: "/v1/kept/x" })),
  "/one-byte-at-a-time": oneByteAtATime,
  "/endless": endless(200),
  "/endless-error": endless(500),
  "/bomb": bomb(200),
  "/bomb-error": bomb(500),
  "/gzip": compressed(200, "gzip", Zlib.gzipSync(ok)),
  "/x-gzip": compressed(200, "x-gzip", Zlib.gzipSync(ok)),
  "/gzip-error": compressed(404, "gzip", Zlib.gzipSync("{\"error\":\"no such app\"}")),
  "/deflate": compressed(200, "deflate", Zlib.deflateSync(ok)),
  // Its first byte could be the first one of zlib's header.
  "/raw-deflate-like-zlib": compressed(200, "deflate", rawDeflateLikeZlib),
  "/raw-deflate": compressed(200, "deflate", Zlib.deflateRawSync(ok)),
  "/br": compressed(200, "br", Zlib.brotliCompressSync(ok)),
  "/gzip-and-br": compressed(200, "gzip, br", Zlib.brotliCompressSync(Zlib.gzipSync(ok))),
  "/unknown-encoding": compressed(200, "compress", Buffer.from([0x1f, 0x9d, 0x90, 0xff])),
  "/unknown-encoding-error": compressed(503, "compress", Buffer.from([0x1f, 0x9d, 0x90, 0xff])),
  "/truncated-gzip": compressed(200, "gzip", Zlib.gzipSync(ok).subarray(0, 15)),
  "/not-gzip": compressed(200, "gzip", ok),
  "/not-gzip-error": compressed(500, "gzip", ok),
  "/inherited-encoding": compressed(200, "constructor", ok),
  "/bom": whole(200, {}, `\ufeff${ok}`),
  "/not-modified": (socket) => socket.end(head(304, { connection: "close" })),
  "/odd-headers": whole(200, { "__proto__": "a", constructor: "b", "x-latin": "caf\u00e9" }, ok),
  "/%E2%98%83": whole(200, {}, ok),
  "/continue": raw(
    "HTTP/1.1 100 Continue\r\n\r\n",
    head(200, { "content-type": "application/json", connection: "close" }),
    ok
  ),
  "/early-hints": raw(
    "HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n",
    head(200, { "content-type": "application/json", connection: "close" }),
    ok
  ),
  "/switching": raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", ok),
  "/html": whole(200, { "content-type": "text/html" }, html),
  "/html-204": (socket) => socket.end(head(204, { "content-type": "text/html", connection: "close" })),
  "/empty": whole(200, {}),
  "/invalid-utf8": whole(200, {}, Buffer.from([0x22, 0xff, 0xfe, 0x22])),
  "/large-headers": whole(200, { "x-large": "x".repeat(200_000) }, ok),
  "/many-cookies": whole(200, { "set-cookie": Array.from({ length: 100 }, (_, n) => `c${n}=${n}; Path=/`) }, ok),
  "/two-lengths": whole(200, { "content-length": [11, 12] }, ok),
  "/no-content-type": raw(head(200, { "content-length": ok.length, connection: "close" }), ok),
  "/http-1.0": raw(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${ok}`),
  "/not-http": raw("SSH-2.0-OpenSSH_9.6\r\n"),
  "/deep": whole(200, {}, "[".repeat(100_000)),
  "/deep-error": whole(500, {}, "[".repeat(100_000)),
  "/deep-closed-error": whole(500, {}, "[".repeat(20_000) + "]".repeat(20_000)),
  "/401": whole(401, {}, "{\"error\":\"unauthorized\"}"),
  "/404": whole(404, {}, "{\"error\":\"not found\",\"resource\":\"App\"}"),
  "/422": whole(422, {}, "{\"errors\":{\"name\":[\"is taken\"]}}"),
  "/503": whole(503, {}, "{\"error\":\"down\"}")
}
retryAfters.forEach((value, n) => {
  const headers = { date, ...(value === "" ? {} : { "retry-after": value }) }
  behaviours[`/retry-after-${n}-429`] = whole(429, headers, "{}")
  behaviours[`/retry-after-${n}-503`] = whole(503, headers, "{}")
})

/** What each connection has received and sent. */
const records = []
let openSockets = 0

/** Reads requests from a socket. A response without `connection: close` leaves it open for the next one. */
const listen = (server, name, respond) => {
  server.on("connection", (socket) => {
    openSockets++
    socket.on("close", () => openSockets--)
  })
  server.on(server instanceof Tls.Server ? "secureConnection" : "connection", (socket) => {
    let received = Buffer.alloc(0)
    let current
    socket.on("error", () => undefined)
    socket.on("close", () => {
      for (const record of records) {
        if (record.socket === socket) Object.assign(record, { closed: true, bytesSent: socket.bytesWritten })
      }
    })
    const read = () => {
      if (current === undefined) {
        const end = received.indexOf("\r\n\r\n")
        if (end === -1) {
          // The beginning of a TLS handshake. Servers say in plain text that they do not understand it.
          if (received[0] === 0x16) whole(400, {}, "{}")(socket)
          return
        }
        const [line, ...lines] = received.subarray(0, end).toString("latin1").split("\r\n")
        const [method, url] = line.split(" ")
        const headers = Object.fromEntries(lines.map((text) => {
          const colon = text.indexOf(":")
          return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()]
        }))
        received = received.subarray(end + 4)
        current = { socket, server: name, method, url, headers, body: 0, complete: false, closed: false, bytesSent: 0 }
        records.push(current)
      }
      const record = current
      const isChunked = record.headers["transfer-encoding"] === "chunked"
      const length = Number(record.headers["content-length"] ?? 0)
      if (isChunked) {
        record.body += received.length
        record.complete = received.toString("latin1").endsWith("0\r\n\r\n")
        received = Buffer.alloc(0)
      } else {
        const taken = Math.min(length - record.body, received.length)
        record.body += taken
        received = received.subarray(taken)
        record.complete = record.body === length
      }
      if (!record.complete) return
      current = undefined
      respond(socket, record)
      if (received.length > 0) read()
    }
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk])
      read()
    })
  })
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)))
}

const pathOf = (url) => url.split("?", 1)[0].replace(/^\/v1/, "")
const queryOf = (url) => new URL(url, "http://127.0.0.1").searchParams
const keepAlive = (status, headers, body = "") => (socket) =>
  socket.write(head(status, { "content-length": Buffer.byteLength(body), ...headers }) + body)

/** Redirects to the URL of the query, with its status, and otherwise by the path. */
const respond = (socket, { url }) => {
  const query = queryOf(url)
  const path = pathOf(url)
  const to = query.get("to")
  if (path === "/redirect") {
    keepAlive(Number(query.get("status") ?? "302"), { location: to }, "moved ".repeat(1000))(socket)
  } else if (path.startsWith("/kept/") || path.startsWith("/gateway/")) {
    keepAlive(200, { "content-type": "application/json" }, ok)(socket)
  } else {
    ;(behaviours[path] ?? whole(404, {}, "{\"error\":\"no such case\"}"))(socket)
  }
}

const plain = Net.createServer()
const other = Net.createServer()
const secure = Tls.createServer({ key, cert })
secure.on("tlsClientError", () => undefined)
const ports = {
  plain: await listen(plain, "plain", respond),
  other: await listen(other, "other", respond),
  tls: await listen(secure, "tls", respond)
}

/** A port on which nothing listens. */
const unused = Net.createServer()
ports.closed = await new Promise((resolve) =>
  unused.listen(0, "127.0.0.1", () => {
    const { port } = unused.address()
    unused.close(() => resolve(port))
  })
)

process.on("message", ({ id, marker }) => {
  const found = records.filter(({ url }) => url.includes(marker))
  process.send({ id, openSockets, records: found.map((record) => ({ ...record, socket: undefined })) })
})
process.on("disconnect", () => process.exit())
process.send({ ports, certificate })
