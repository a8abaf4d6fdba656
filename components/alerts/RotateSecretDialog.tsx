'use client'
import { useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { rotateWebhookSecret } from '#lib/actions/alerts.ts'
import type { AlertRouteLine } from '#lib/views/alerts.ts'
import { WebhookSecret } from './WebhookSecret.tsx'

/** A new secret for a webhook; posts carry both signatures for a day. */
export function RotateSecretDialog({ line, onClose }: { line: AlertRouteLine; onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(async () => {
    const made = await rotateWebhookSecret(line.routeId)
    if (!made.ok) return made.refusal
    setSecret(made.secret)
    return null
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={secret ? 'Copy the secret now' : 'Rotate this secret?'}
      description={
        secret
          ? 'It is shown this once.'
          : `For a day, what goes to ${line.to} is signed with both, so that nothing is missed.`
      }
    >
      {secret ? (
        <WebhookSecret secret={secret} onClose={onClose} />
      ) : (
        <div className="mt-4 grid gap-3">
          <RefusalText refusal={refusal} />
          <div className="flex flex-col gap-2 sm:flex-row-reverse">
            <Button variant="primary" size="lg" aria-disabled={pending} onClick={() => void run()}>
              {pending ? 'Rotating…' : 'Rotate secret'}
            </Button>
            <Button size="lg" variant="ghost" onClick={onClose}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
