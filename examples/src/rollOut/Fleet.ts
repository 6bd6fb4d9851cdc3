/**
 * The fleet: the apps of every region, as one stream.
 */
import { type App, Apps } from "@effect-scalingo/core/Apps"
import { Regions, withRegion } from "@effect-scalingo/core/Scalingo"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { Effect, Stream } from "effect"

export interface FleetApp {
  readonly app: App
  readonly region: string
}

/** Every app that the account can see, region by region. */
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

/** The apps of one project, by its name. */
export const fleetOf = (project: string): Stream.Stream<FleetApp, ScalingoError, Apps | Regions> =>
  Stream.filter(fleet, ({ app }) => app.project?.name === project)

/** What an app is called in a journal or a table: names are unique only within a region. */
export const keyOf = ({ app, region }: FleetApp): string => `${region}/${app.name}`
