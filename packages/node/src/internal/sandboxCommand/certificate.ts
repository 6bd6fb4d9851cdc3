/**
 * A self-signed certificate, in DER by hand: Node makes keys and signatures, and no certificates.
 */
import * as Crypto from "node:crypto"
import * as Net from "node:net"

const hour = 3_600_000
const day = 24 * hour

/** A value with its tag and its length. */
const tagged = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const value = Buffer.concat(parts)
  const { length } = value
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), value])
}

const sequence = (...parts: ReadonlyArray<Uint8Array>) => tagged(0x30, ...parts)
const objectId = (hex: string) => tagged(6, Buffer.from(hex, "hex"))
const isTrue = Buffer.from([1, 1, 255])
const extension = (id: string, value: Uint8Array, ...critical: ReadonlyArray<Uint8Array>) =>
  sequence(objectId(id), ...critical, tagged(4, value))

/** GeneralizedTime. */
const time = (at: number) => tagged(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, "")))

const ipv6Bytes = (address: string): Buffer => {
  const [head = "", tail = ""] = address.split("::")
  const groups = (text: string) => text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16))
  const before = groups(head)
  const after = groups(tail)
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]))
}

const subjectName = (host: string) =>
  Net.isIPv4(host)
    ? tagged(0x87, Buffer.from(host.split(".").map(Number)))
    : Net.isIPv6(host) && !host.includes(".")
    ? tagged(0x87, ipv6Bytes(host))
    : tagged(0x82, Buffer.from(host))

/** A key and a certificate for hosts, by name or address, both PEM. Valid for a year. */
export const selfSigned = (
  hosts: ReadonlyArray<string>,
  now: number
): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = Crypto.generateKeyPairSync("ec", { namedCurve: "P-256" })
  const serial = Crypto.randomBytes(16)
  // Positive, and without a leading zero.
  serial[0] = (serial[0]! & 127) | 1
  const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"))
  const name = sequence(
    tagged(0x31, sequence(objectId("550403"), tagged(0x0c, Buffer.from("scalingo-sandbox"))))
  )
  const extensions = sequence(
    // The names; a CA; for signatures of a server and of certificates; for servers.
    extension("551d11", sequence(...hosts.map(subjectName))),
    extension("551d13", sequence(isTrue), isTrue),
    extension("551d0f", tagged(3, Buffer.from([1, 0x86])), isTrue),
    extension("551d25", sequence(objectId("2b06010505070301")))
  )
  const content = sequence(
    tagged(0xa0, tagged(2, Buffer.from([2]))),
    tagged(2, serial),
    ecdsaWithSha256,
    name,
    sequence(time(now - hour), time(now + 365 * day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, extensions)
  )
  const signature = Crypto.sign("sha256", content, privateKey)
  const der = sequence(content, ecdsaWithSha256, tagged(3, Buffer.from([0]), signature))
  const lines = der.toString("base64").match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`
  }
}
