'use client'
import { Button } from '#components/ui/Button.tsx'

/** A page could not be shown. Says nothing of why: that is in the log, under the digest. */
export function Broken({ digest, onRetry }: { digest: string | undefined; onRetry: () => void }) {
  return (
    <main className="mx-auto flex max-w-[32rem] flex-col items-start gap-3 px-5 py-16">
      <div role="alert">
        <h1 className="text-xl font-[620] tracking-[-0.018em]">This page could not be shown</h1>
      </div>
      <p className="text-ink-2">
        Rollouts are guarded all the same: the guard and the edge do not need this page. Try again; if it
        stays so, look into the log{digest && ' for the mark below'}.
      </p>
      {digest && <code className="mono text-ink-3">{digest}</code>}
      <Button variant="primary" size="lg" onClick={onRetry}>
        Try again
      </Button>
    </main>
  )
}
