import { Button } from '#components/ui/Button.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'

/** What a webhook's posts are signed with, once. */
export function WebhookSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className="mt-4 grid gap-3">
      <Snippet label="The secret" text={secret} />
      <p className="text-sm text-ink-2">Give it to the receiver, which checks the signature with it.</p>
      <Button variant="primary" size="lg" onClick={onClose}>
        Close: I have kept the secret
      </Button>
    </div>
  )
}
