/**
 * @since 0.1.0
 */
export * as CredentialsFile from "./CredentialsFile.js"

/**
 * @since 0.1.0
 */
export * as NodeScalingo from "./NodeScalingo.js"

/**
 * @since 0.1.0
 */
export * as SandboxServer from "./SandboxServer.js"
