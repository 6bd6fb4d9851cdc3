/**
 * From the failure of a transport to a `TransportError`: its reason, its words, and whether anything was sent.
 */
import { redactText } from "../../internal/redaction.js"
import { type RequestContext, TransportError } from "../ScalingoError.js"
import type { TransportFailure } from "../Transport.js"

/** The request did not leave this machine, or did not reach a server. */
const neverSentCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ERR_INVALID_CHAR",
  "ERR_INVALID_HTTP_TOKEN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED"
])
const timeoutCodes = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT"
])
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/
/** TLS errors of the handshake. The others may come when the request was sent already. */
const handshakeCode =
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|UNSUPPORTED|UNKNOWN_PROTOCOL|.*HANDSHAKE_FAILURE|.*PROTOCOL_VERSION))/

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined

/** The first system error code in the chain of causes, and the innermost message. */
const findCause = (error: unknown): { readonly code: string | undefined; readonly message: string } => {
  let code: string | undefined
  let message = typeof error === "string" ? error : ""
  let current: unknown = error
  for (let depth = 0; depth < 10 && current !== undefined && current !== null; depth++) {
    const found = property(current, "code")
    if (code === undefined && typeof found === "string") code = found
    if (current instanceof Error && current.message !== "") message = current.message
    const errors = property(current, "errors")
    current = property(current, "cause") ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return { code, message }
}

type Reason = TransportError["reason"]

const reasonOf = ({ kind }: TransportFailure, code: string | undefined): Reason =>
  kind === "timeout" || (code !== undefined && timeoutCodes.has(code))
    ? "timeout"
    : kind === "redirected"
    ? "redirect"
    : kind === "encoding"
    ? "encoding"
    : code !== undefined && tlsCode.test(code)
    ? "tls"
    : code === "UND_ERR_ABORTED" || code === "ABORT_ERR"
    ? "aborted"
    : "network"

/** What has happened, and what to do about it. */
type Words = readonly [what: string, advice?: string]

const closed: Words = ["the server or the network closed the connection"]
const unreachable: Words = ["the host cannot be reached", "Check the network"]
const plainPort: Words = ["the server does not speak TLS on this port", "Is it a plain http server?"]
const untrusted: Words = [
  "the server's certificate is not from an authority that this machine trusts",
  "For a private authority, set NODE_EXTRA_CA_CERTS to its certificate"
]

const wordsOfCode: { readonly [code: string]: Words } = {
  ECONNREFUSED: ["nothing listens there", "Is the server up, and is the URL right?"],
  ECONNRESET: closed,
  EPIPE: closed,
  UND_ERR_SOCKET: closed,
  ENOTFOUND: ["there is no such host", "Check the URL and the name resolution (DNS)"],
  EAI_AGAIN: ["the host name cannot be resolved now", "Check the network and the name resolution (DNS)"],
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ERR_SSL_WRONG_VERSION_NUMBER: plainPort,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: plainPort,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: ["the server's certificate has expired"],
  CERT_NOT_YET_VALID: ["the server's certificate is not valid yet", "Is the clock of this machine right?"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["the server's certificate is for another host", "Check the URL"]
}

/** OpenSSL's own messages are full of addresses and names of its source files. */
const tlsWords = (code: string | undefined, message: string): Words =>
  (code === undefined ? undefined : wordsOfCode[code]) ??
    (/wrong.version.number|packet.length.too.long/i.test(message) ? plainPort : ["the TLS connection failed"])

/** What has happened, with the system's own code or message, and what to do about it. */
const explain = (code: string | undefined, reason: Reason, message: string): string => {
  const said = message.replace(/\s+/g, " ").trim()
  const words = reason === "tls" ? tlsWords(code, said) : code === undefined ? undefined : wordsOfCode[code]
  if (words === undefined) return said
  const [what, advice] = words
  const system = reason === "tls" ? code ?? "" : said
  return `${what}${system === "" ? "" : ` (${system})`}${advice === undefined ? "" : `. ${advice}`}`
}

const detailOf = (failure: TransportFailure, message: string): string => {
  switch (failure.kind) {
    case "timeout":
      return "no response in time"
    case "redirected":
      return `the HTTP client followed a redirect to ${message}, and may have sent the bearer there`
    case "encoding":
      return `the body has the encoding ${message}, which cannot be decoded`
    case "response":
      return message || "the response was cut short"
    default:
      return message || "the connection failed"
  }
}

/** Whether the request was sent, as far as is known: in doubt it was. */
const wasSent = ({ kind }: TransportFailure, code: string | undefined): boolean =>
  kind !== "invalid" &&
  !(kind === "request" && code !== undefined && (neverSentCodes.has(code) || handshakeCode.test(code)))

/** What the request may have reached: used to give its place in the rate limit back. */
export const isSent = (failure: TransportFailure): boolean => wasSent(failure, findCause(failure.cause).code)

/** The texts of `known` are removed, since a client may put the request in its message. */
export const toTransportError = (
  context: RequestContext,
  failure: TransportFailure,
  known: ReadonlyArray<string>
): TransportError => {
  const { code, message } = findCause(failure.cause)
  const reason = reasonOf(failure, code)
  return new TransportError({
    ...context,
    reason,
    // Secrets are found only in the message as it was: they may have line ends.
    detail: detailOf(failure, explain(code, reason, redactText(message, known))),
    sent: wasSent(failure, code),
    ...(code === undefined ? {} : { code })
  })
}
