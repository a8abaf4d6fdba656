import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The rollout. The event stream sends it again when it is another one. */
export const rolloutQuery = (rolloutId: string) =>
  queryOptions({
    queryKey: keys.rollout(rolloutId),
    queryFn: ({ signal }) => readView<RolloutView>(paths.views.rollout(rolloutId), signal),
  })

/** What the charts draw; asked for once they are on the page. */
export const seriesQuery = (rolloutId: string) =>
  queryOptions({
    queryKey: keys.series(rolloutId),
    queryFn: ({ signal }) => readView<SeriesView>(paths.views.series(rolloutId), signal),
  })
