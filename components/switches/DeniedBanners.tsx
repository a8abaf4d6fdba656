import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import type { Denied } from '#lib/views/denied.ts'

/** What an agent may not do now, one banner each. */
export function DeniedBanners({ denied }: { denied: readonly Denied[] }) {
  return denied.map((each) => (
    <Banner key={each.words} tone="hold" title={`Denied: ${each.words}.`}>
      {each.reason}, <RelativeTime at={each.since} />.
    </Banner>
  ))
}
