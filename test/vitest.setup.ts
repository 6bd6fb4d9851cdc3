import { addEqualityTesters } from "@effect/vitest"
import { FastCheck } from "effect"

addEqualityTesters()

// Every run tests the same values.
FastCheck.configureGlobal({ seed: 20_190 })
