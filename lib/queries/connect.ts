import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { ConnectView } from '#lib/views/connect.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** How far the agent has come. The event stream sends it again when it is another one, within a second. */
export const connectQuery = (agent: string) =>
  queryOptions({
    queryKey: keys.connect(agent),
    queryFn: ({ signal }) => readView<ConnectView>(paths.views.connect(agent), signal),
  })
