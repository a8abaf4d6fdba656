import type { Metadata } from 'next'
import { NowScreen } from '#components/now/NowScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readNow } from '#lib/views/now.ts'

export const metadata: Metadata = { title: 'Now' }

export default async function NowPage() {
  const actor = await requireActor(paths.now())
  const view = await readNow(actor, new Date())
  return (
    <Page crumbs={[{ label: 'Now' }]}>
      <NowScreen initial={view} />
    </Page>
  )
}
