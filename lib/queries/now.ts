import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { NowView } from '#lib/views/now.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The rows that changed, put in their places: worst first, then by name. */
export function withRows(view: NowView, changed: NowView): NowView {
  const names = new Set(changed.agents.map((each) => each.agent))
  const agents = [...view.agents.filter((each) => !names.has(each.agent)), ...changed.agents]
  return { ...changed, agents: agents.sort(byRank) }
}

function byRank(a: NowView['agents'][number], b: NowView['agents'][number]): number {
  return a.rank - b.rank || a.agent.localeCompare(b.agent)
}

export const nowQuery = () =>
  queryOptions({ queryKey: keys.now, queryFn: ({ signal }) => readView<NowView>(paths.views.now(), signal) })
