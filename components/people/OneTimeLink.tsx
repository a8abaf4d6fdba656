import { Snippet } from '#components/ui/Snippet.tsx'

/** The link that sets a password, to be sent on. It is shown once. */
export function OneTimeLink({ link, name }: { link: string; name: string }) {
  return (
    <div className="mt-4 grid gap-2">
      <Snippet label={`The sign-in link of ${name}`} text={link} />
      <p className="text-sm text-ink-2">
        Send it to {name} by a way that only they read. It works once, for three days, and is not shown again.
      </p>
    </div>
  )
}
