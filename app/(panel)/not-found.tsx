import { SearchX } from 'lucide-react'
import { Page } from '#components/shell/Page.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { paths } from '#lib/paths.ts'

export default function PanelNotFound() {
  return (
    <Page crumbs={[{ label: 'Not found' }]}>
      <EmptyState wholePage icon={SearchX} title="There is nothing here">
        <p className="mb-4">It may never have been there, or it is not yours to see.</p>
        <ButtonLink href={paths.now()}>Go to Now</ButtonLink>
      </EmptyState>
    </Page>
  )
}
