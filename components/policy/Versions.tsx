import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Card } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { PolicyView } from '#lib/views/policy.ts'
import { Difference } from './Difference.tsx'

/** Every policy there was, newest first, each with what it changed. */
export function Versions({ versions, live }: { versions: PolicyView['versions']; live: number | null }) {
  if (versions.length === 0) return null
  return (
    <section aria-label="Versions">
      <h2 className="mb-2 text-[0.78rem] font-semibold text-ink-3">Versions</h2>
      <Card>
        {versions.map((version, index) => (
          <details key={version.number} className="border-line not-first:border-t">
            <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm">
              <b className="font-semibold">Version {version.number}</b>
              {version.number === live && <StateChip tone="allow">in force</StateChip>}
              <span className="text-ink-3">
                by {version.createdBy}, <RelativeTime at={version.createdAt} />;{' '}
                {version.rollouts === 1 ? 'one rollout' : `${version.rollouts} rollouts`}
              </span>
            </summary>
            <div className="px-4 pb-4">
              <Difference
                before={versions[index + 1]?.document ?? ''}
                after={version.document}
                label={`What version ${version.number} changed`}
              />
            </div>
          </details>
        ))}
      </Card>
    </section>
  )
}
