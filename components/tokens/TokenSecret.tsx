import { Button } from '#components/ui/Button.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'

/** A new token's secret, once. */
export function TokenSecret({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <div className="mt-4 grid gap-3">
      <Snippet label="The new token" text={token} />
      <p className="text-sm text-ink-2">
        Put it where your secrets are. Only its hash is kept here: it is not shown again.
      </p>
      <Button variant="primary" size="lg" onClick={onClose}>
        Close: I have kept the token
      </Button>
    </div>
  )
}
