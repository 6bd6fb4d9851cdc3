import { addEqualityTesters } from "@effect/vitest"
import { FastCheck } from "effect"
import { beforeEach } from "vitest"
import { useLeanTestContext } from "./src/leanTestContext.js"
import { runs } from "./src/runs.js"

addEqualityTesters()
useLeanTestContext()

// Every run tests the same values.
FastCheck.configureGlobal({ seed: 20_190, numRuns: runs(40, 100) })

// Lets Node read the messages of vitest between tests. When it does not do so for a minute, vitest fails the run.
beforeEach(() => new Promise<void>((resolve) => void setImmediate(resolve)))
