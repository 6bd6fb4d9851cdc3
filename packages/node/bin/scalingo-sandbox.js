#!/usr/bin/env node
/**
 * The command `scalingo-sandbox`: a Scalingo on one's own machine. See docs/sandbox.md.
 */
import { main } from "../dist/internal/sandboxCommand/main.js"

main(process.argv.slice(2))
