import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { ShellView } from '#lib/views/shell.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** A guard that falls silent announces nothing, so this one is also asked for by the clock. */
const everyMs = 15_000

export const shellQuery = () =>
  queryOptions({
    queryKey: keys.shell,
    queryFn: ({ signal }) => readView<ShellView>(paths.views.shell(), signal),
    refetchInterval: everyMs,
  })
