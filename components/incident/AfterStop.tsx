'use client'
import type { IncidentView } from '#lib/views/incident.ts'
import { ManifestChanges } from './ManifestChanges.tsx'
import { Notes } from './Notes.tsx'
import { ReviewCard } from './ReviewCard.tsx'
import { SideEffects } from './SideEffects.tsx'

/** What people find out and write down once the traffic is safe. Loaded after what says that it is. */
export function AfterStop({ view }: { view: IncidentView }) {
  return (
    <>
      <ManifestChanges changes={view.changes} from={view.toVersion} to={view.fromVersion} />
      <SideEffects view={view} />
      <ReviewCard view={view} />
      <Notes view={view} />
    </>
  )
}
