import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { IncidentView } from '#lib/views/incident.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The incident. The event stream sends it again when it is another one. */
export const incidentQuery = (incidentId: string) =>
  queryOptions({
    queryKey: keys.incident(incidentId),
    queryFn: ({ signal }) => readView<IncidentView>(paths.views.incident(incidentId), signal),
  })
