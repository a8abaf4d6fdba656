import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { PaletteView } from '#lib/views/palette.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** What fits the words. Until it is there, what fitted the words before is. */
export const paletteQuery = (typed: string) =>
  queryOptions({
    queryKey: keys.palette(typed),
    queryFn: ({ signal }) => readView<PaletteView>(paths.views.palette(typed), signal),
    placeholderData: keepPreviousData,
    // Read when it is opened, and not again at each event while somebody chooses.
    staleTime: 5_000,
    retry: 1,
  })
