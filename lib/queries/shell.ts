import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { ShellView } from '#lib/views/shell.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const shellQuery = () =>
  queryOptions({
    queryKey: keys.shell,
    queryFn: ({ signal }) => readView<ShellView>(paths.views.shell(), signal),
  })
