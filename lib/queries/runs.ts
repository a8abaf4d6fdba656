import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { RunView } from '#lib/views/run.ts'
import type { RunsPage } from '#lib/views/runs.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

const againMs = 5_000
/** Runs older than this rarely change. */
const freshMs = 2 * 60_000

/** The runs of an agent under these conditions, newest first; what is newer is looked for until older ones are read. */
export const runsQuery = (agent: string, conditions: Readonly<Record<string, string>>) =>
  infiniteQueryOptions({
    queryKey: keys.runs(agent, conditions),
    queryFn: ({ pageParam, signal }) =>
      readView<RunsPage>(
        paths.views.runs(agent, pageParam ? { ...conditions, before: pageParam } : conditions),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: RunsPage) => page.older,
    refetchInterval: (query) => {
      if ((query.state.data?.pages.length ?? 0) > 1) return false
      // What is narrowed may be a search, which costs more.
      return Object.keys(conditions).length > 0 ? 3 * againMs : againMs
    },
  })

/** One run; while it is fresh, what comes late is looked for. */
export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: keys.run(runId),
    queryFn: ({ signal }) => readView<RunView>(paths.views.run(runId), signal),
    refetchInterval: ({ state: { data } }) =>
      data && Date.now() - Date.parse(data.receivedAt) < freshMs ? 2 * againMs : false,
  })
