import type { Metadata } from 'next'
import { Door } from '#components/sign/Door.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { paths } from '#lib/paths.ts'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <Door title="There is nothing here" lede="It may never have been there, or it is not yours to see.">
      <ButtonLink href={paths.now()} size="lg">
        Go to Now
      </ButtonLink>
    </Door>
  )
}
