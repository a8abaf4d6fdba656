import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { IncidentView } from '#lib/views/incident.ts'
import type { MomentView } from '#lib/views/incidentMoment.ts'
import type { TravelView } from '#lib/views/incidentTravel.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The incident. The event stream sends it again when it is another one. */
export const incidentQuery = (incidentId: string) =>
  queryOptions({
    queryKey: keys.incident(incidentId),
    queryFn: ({ signal }) => readView<IncidentView>(paths.views.incident(incidentId), signal),
  })

/** The time along which the incident can be looked at. */
export const travelQuery = (incidentId: string) =>
  queryOptions({
    queryKey: keys.travel(incidentId),
    queryFn: ({ signal }) => readView<TravelView>(paths.views.travel(incidentId), signal),
  })

/** The incident as it stood at a moment; until that was read, the moment that was shown before. */
export const momentQuery = (incidentId: string, at: string | null) =>
  queryOptions({
    queryKey: keys.moment(incidentId, at ?? ''),
    queryFn: ({ signal }) => readView<MomentView>(paths.views.moment(incidentId, at ?? ''), signal),
    enabled: at !== null,
    placeholderData: keepPreviousData,
  })
