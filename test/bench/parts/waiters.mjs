/**
 * What it costs that many fibers wait for the rate limiter: 20,000 fibers that all get their turn, and 20,000 that are
 * interrupted while they wait. For comparison, as many fibers that each wait for a `Deferred`.
 */
import * as RateLimiter from "@effect-scalingo/core/RateLimiter"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Scope from "effect/Scope"
import { median, pairedRatio, pairedRounds } from "../rounds.mjs"

const amount = 20_000

const macrotask = () => new Promise((resolve) => setImmediate(resolve))

/** Starts the fibers, without a parent that would keep a list of them, and lets them begin to wait. */
const start = async (effect) => {
  const fibers = Array.from({ length: amount }, () => Effect.runFork(effect))
  await macrotask()
  return {
    interrupt: () => {
      for (const fiber of fibers) fiber.unsafeInterruptAsFork(FiberId.none)
    },
    done: new Promise((resolve) => {
      let left = amount
      const onEnd = () => --left === 0 && resolve()
      for (const fiber of fibers) fiber.addObserver(onEnd)
    })
  }
}

/** A limiter with one place, which is taken. */
const fullLimiter = async () => {
  const scope = Effect.runSync(Scope.make())
  const limiter = Effect.runSync(Scope.extend(RateLimiter.make({ limit: 1, window: "1 hour" }), scope))
  return { limiter, permit: Effect.runSync(limiter.acquire("user")) }
}

const works = {
  acquired: async () => {
    const { limiter, permit } = await fullLimiter()
    const { done } = await start(Effect.flatMap(limiter.acquire("user"), ({ release }) => release))
    Effect.runSync(permit.release)
    await done
  },
  interrupted: async () => {
    const { limiter } = await fullLimiter()
    const { done, interrupt } = await start(limiter.acquire("user"))
    interrupt()
    await done
  },
  deferredDone: async () => {
    const turns = []
    const { done } = await start(Effect.flatMap(Deferred.make(), (turn) => {
      turns.push(turn)
      return Deferred.await(turn)
    }))
    for (const turn of turns) Deferred.unsafeDone(turn, Effect.void)
    await done
  },
  deferredInterrupted: async () => {
    const { done, interrupt } = await start(Effect.flatMap(Deferred.make(), Deferred.await))
    interrupt()
    await done
  }
}

const measure = async (name) => {
  const before = process.cpuUsage()
  await works[name]()
  const { system, user } = process.cpuUsage(before)
  return (system + user) / amount
}

export const measureWaiters = async ({ quick }) => {
  const names = Object.keys(works)
  if (!quick) await pairedRounds(names, 3, measure)
  const results = await pairedRounds(names, quick ? 2 : 9, measure)
  const compare = (name, reference) => ({
    cpu: median(results[name]),
    reference: median(results[reference]),
    ratio: pairedRatio(results[name], results[reference])
  })
  return {
    acquired: compare("acquired", "deferredDone"),
    interrupted: compare("interrupted", "deferredInterrupted")
  }
}
