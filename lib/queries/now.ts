import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { NowView } from '#lib/views/now.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const nowQuery = () =>
  queryOptions({ queryKey: keys.now, queryFn: ({ signal }) => readView<NowView>(paths.views.now(), signal) })
