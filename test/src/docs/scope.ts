/**
 * The names that fragments in doc comments use without an import, besides the services and the exports of their own
 * module.
 */
import type { DatabaseRef } from "@effect-scalingo/core/ApiClient"
import type { Backup } from "@effect-scalingo/core/DatabaseBackups"
import type { Domain } from "@effect-scalingo/core/Domains"
import type { Notifier } from "@effect-scalingo/core/Notifiers"
import type { Sandbox } from "@effect-scalingo/core/testing"
import type { OneOffService } from "@effect-scalingo/node/OneOff"
import type { FileSystem } from "@effect/platform"
import type { Redacted, Stream } from "effect"

export { Fault, Sandbox, Seed } from "@effect-scalingo/core/testing"
export { SandboxServer } from "@effect-scalingo/node"
export { HttpClient } from "@effect/platform"
export { NodeRuntime } from "@effect/platform-node"
export { DateTime, Duration, Effect, Layer, Option, Redacted, Schedule, Stream, TestClock, TestContext } from "effect"

export declare const addonId: string
export declare const archive: Stream.Stream<Uint8Array>
export declare const backup: Backup
export declare const database: DatabaseRef
export declare const domain: Domain
export declare const fs: FileSystem.FileSystem
export declare const notifier: Notifier
export declare const oneOff: OneOffService
export declare const sandbox: Sandbox.SandboxService
export declare const secret: Redacted.Redacted
export declare const size: number
export declare const slackUrl: Redacted.Redacted
export declare const token: Redacted.Redacted
export declare const url: Redacted.Redacted
