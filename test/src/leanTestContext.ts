/**
 * The services of `it.effect`, made in one step.
 */
import {
  Context,
  DefaultServices,
  Effect,
  Layer,
  Ref,
  TestAnnotationMap,
  TestAnnotations,
  TestClock,
  TestContext,
  TestServices
} from "effect"

/** The services of `TestContext`, which has a layer for each of them, and merges them two by two in fibers. */
const lean = Layer.scopedContext(Effect.gen(function*() {
  const annotations = TestAnnotations.make(yield* Ref.make(TestAnnotationMap.empty()))
  const services = Context.add(TestServices.liveServices, TestAnnotations.TestAnnotations, annotations)
  yield* Effect.locallyScoped(TestServices.currentServices, services)
  const clock = yield* Effect.provide(Layer.build(TestClock.defaultTestClock), services)
  return Context.mergeAll(DefaultServices.liveServices, services, clock)
}))

/**
 * Makes `TestContext` cheap: it takes longer than most tests, and `it.effect` builds it for each of them. It cannot be given
 * another layer, so its own one is changed.
 */
export const useLeanTestContext = (): void => {
  Object.assign(TestContext.TestContext, lean)
}
