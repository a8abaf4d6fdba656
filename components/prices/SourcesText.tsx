'use client'
import type { PricesView } from '#lib/views/prices.ts'
import { dateWords } from '#components/time/words.ts'

/** Where the list is from and how old it is. A day is a day in every zone. */
export function SourcesText({ sources }: { sources: PricesView['sources'] }) {
  return (
    <p className="min-w-0 flex-1 basis-72 text-sm text-ink-2">
      Check these before you set a limit on cost: prices change, and yours can be different. They are the
      standard prices for text and short prompts, compared with{' '}
      {sources.map(({ provider, name, url, asOf }, index) => (
        <span key={provider}>
          {index > 0 && (index === sources.length - 1 ? ' and ' : ', ')}
          <a href={url} target="_blank" rel="noreferrer" className="rounded underline">
            {name}
          </a>{' '}
          on {dateWords(new Date(asOf), 'UTC')}
        </span>
      ))}
      .
    </p>
  )
}
