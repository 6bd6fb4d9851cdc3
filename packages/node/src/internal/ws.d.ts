/**
 * What this package uses of `ws`: its published types do not know `closeTimeout`.
 */
declare module "ws" {
  import type { Duplex } from "node:stream"

  export interface ClientOptions {
    /** In milliseconds. */
    readonly closeTimeout: number
    readonly perMessageDeflate: boolean
    readonly createConnection: (options: unknown, callback: (error: Error | null, socket?: Duplex) => void) => void
  }

  export interface WebSocket extends globalThis.WebSocket {
    readonly on: (event: "error" | "close", listener: () => void) => this
  }

  export const WebSocket: {
    new(url: string, protocols: string | Array<string> | undefined, options: ClientOptions): WebSocket
  }
}
