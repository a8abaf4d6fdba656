'use client'
import { PageTitle } from '#components/shell/Page.tsx'
import { TimeProvider } from '#components/time/TimeProvider.tsx'
import { Controls } from './Controls.tsx'
import { shownAt } from './fixtures.ts'
import { Ground } from './Ground.tsx'
import { Pieces } from './Pieces.tsx'
import { Words } from './Words.tsx'

/** Every primitive and shared piece, in every state that it has. */
export function DesignScreen() {
  return (
    <TimeProvider now={shownAt}>
      <PageTitle
        title="Design"
        lede="What the panel is made of, in every state. Nothing here is about this installation."
      />
      <Ground />
      <Controls />
      <Words />
      <Pieces />
    </TimeProvider>
  )
}
