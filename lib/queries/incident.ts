import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { IncidentView } from '#lib/views/incident.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The incident, read again when something about it changed; while recovery is being proven also every five seconds. */
export const incidentQuery = (incidentId: string) =>
  queryOptions({
    queryKey: keys.incident(incidentId),
    queryFn: ({ signal }) => readView<IncidentView>(paths.views.incident(incidentId), signal),
    refetchInterval: (query) => (query.state.data?.recovery.state === 'verifying' ? 5_000 : false),
  })
