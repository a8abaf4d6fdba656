'use client'
import { Tabs } from 'radix-ui'
import { Snippet as SnippetBox } from '#components/ui/Snippet.tsx'
import type { Snippet } from '#lib/snippets/snippet.ts'

/** The same thing in several languages; each to copy. */
export function SnippetTabs({ label, snippets }: { label: string; snippets: readonly Snippet[] }) {
  return (
    <Tabs.Root defaultValue={snippets[0]?.id ?? ''} className="min-w-0">
      <Tabs.List aria-label={label} className="-mx-1 flex gap-1 overflow-x-auto px-1 pb-2">
        {snippets.map((snippet) => (
          <Tabs.Trigger
            key={snippet.id}
            value={snippet.id}
            className="h-11 shrink-0 rounded-lg border border-transparent px-3 font-medium whitespace-nowrap text-ink-2 hover:transition-colors hover:text-ink data-[state=active]:border-line-2 data-[state=active]:bg-sunken data-[state=active]:text-ink md:h-9"
          >
            {snippet.label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {snippets.map((snippet) => (
        <Tabs.Content
          key={snippet.id}
          value={snippet.id}
          className="grid grid-cols-[minmax(0,1fr)] gap-2 rounded-lg"
        >
          {snippet.install && <SnippetBox label={`Install, ${snippet.label}`} text={snippet.install} />}
          <SnippetBox label={`${label}, ${snippet.label}`} text={snippet.code} />
          {snippet.notes.map((note) => (
            <p key={note} className="text-sm text-ink-2">
              {note}
            </p>
          ))}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}
