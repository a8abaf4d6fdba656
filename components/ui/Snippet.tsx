'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Commands to run elsewhere, and a button that copies them. */
export function Snippet({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <figure className="relative rounded-[10px] border border-line bg-sunken">
      <figcaption className="sr-only">{label}</figcaption>
      <pre
        tabIndex={0}
        aria-label={label}
        className="overflow-x-auto p-3.5 pr-14 text-[0.78rem] leading-[1.6]"
      >
        {text}
      </pre>
      <button
        type="button"
        onClick={copy}
        aria-label={copied ? 'Copied' : `Copy: ${label}`}
        className="absolute top-2 right-2 grid size-9 place-items-center rounded-lg border border-line bg-surface text-ink-2 hover:text-ink"
      >
        {copied ? (
          <Check aria-hidden className="size-4 text-allow" />
        ) : (
          <Copy aria-hidden className="size-4" />
        )}
      </button>
    </figure>
  )
}
