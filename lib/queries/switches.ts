import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { SwitchesView } from '#lib/views/switches.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** Every kill switch. The event stream sends it again when it is another one. */
export const switchesQuery = () =>
  queryOptions({
    queryKey: keys.switches,
    queryFn: ({ signal }) => readView<SwitchesView>(paths.views.switches(), signal),
  })
