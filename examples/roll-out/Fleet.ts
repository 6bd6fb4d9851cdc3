/**
 * The fleet: the apps of all regions as one stream.
 */
import { type App, Apps } from "@effect-scalingo/core/Apps"
import { Regions, withRegion } from "@effect-scalingo/core/Scalingo"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { Effect, Stream } from "effect"

export interface FleetApp {
  readonly app: App
  readonly region: string
}

/** All apps that the account can access, region by region. */
export const fleet: Stream.Stream<FleetApp, ScalingoError, Apps | Regions> = Stream.unwrap(
  Effect.gen(function*() {
    const apps = yield* Apps
    const regions = yield* Regions
    return Stream.fromIterableEffect(regions.list).pipe(
      Stream.flatMap(({ name: region }) =>
        Stream.fromIterableEffect(withRegion(apps.list, region)).pipe(Stream.map((app) => ({ app, region })))
      )
    )
  })
)

/** The apps of one project, selected by its name. */
export const fleetOf = (project: string): Stream.Stream<FleetApp, ScalingoError, Apps | Regions> =>
  Stream.filter(fleet, ({ app }) => app.project?.name === project)

/** The key of an app in the journal. Names are unique only within a region. */
export const keyOf = ({ app, region }: FleetApp): string => `${region}/${app.name}`
