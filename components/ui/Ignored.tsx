import { Banner } from './Banner.tsx'

/** What the address asked for and this page does not know. Nothing, when there was nothing. */
export function Ignored({ words }: { words: readonly string[] }) {
  if (words.length === 0) return null
  return (
    <div className="mb-4">
      <Banner tone="hold" title="Part of this address was left out.">
        This page knows nothing of{' '}
        {words.map((word, index) => (
          <span key={word}>
            {index > 0 && ', '}
            <code className="mono [overflow-wrap:anywhere]">{word}</code>
          </span>
        ))}
        .
      </Banner>
    </div>
  )
}
