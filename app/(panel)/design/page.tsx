import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DesignScreen } from '#components/design/DesignScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'

export const metadata: Metadata = { title: 'Design' }

/** For whoever builds the panel, and for the tests that look at it: not there unless it is asked for. */
export default async function DesignPage() {
  await requireActor(paths.design())
  if (process.env.SWITCHBACK_DESIGN !== 'yes') notFound()
  return (
    <Page crumbs={[{ label: 'Design' }]}>
      <DesignScreen />
    </Page>
  )
}
