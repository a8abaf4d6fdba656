import { Fragment } from 'react'

/** Digits, dots and letters that look like a version: `2.4.0`, `support-agent@2.4.0`, `rollback_required`. */
const codePattern = /((?:[a-z0-9._-]+@)?\bv?\d+\.\d+\.\d+(?:[-+][\w.]+)?|\b[a-z]+(?:_[a-z]+)+\b)/

/** A sentence for people, with versions and reasons set in mono. */
export function Sentence({ text, className }: { text: string; className?: string }) {
  return (
    <span className={className}>
      {whole(text)
        .split(codePattern)
        .map((part, index) => (
          // Position is what these parts are: they have no other identity.
          <Fragment key={index}>{index % 2 === 1 ? <code className="mono">{part}</code> : part}</Fragment>
        ))}
    </span>
  )
}

/** `5-fold` stays on one line. */
function whole(text: string): string {
  return text.replaceAll(/(\d)-fold/g, '$1\u2011fold')
}
