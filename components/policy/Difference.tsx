import { clsx } from 'clsx'
import { type Change, diffLines } from 'diff'

const context = 2

/** Two texts as one: what is taken out, what is put in, and a little of what stays around it. */
export function Difference({ before, after, label }: { before: string; after: string; label: string }) {
  const parts = diffLines(before, after)
  if (!parts.some((part) => part.added || part.removed))
    return <p className="text-sm text-ink-3">No difference.</p>
  return (
    <pre
      tabIndex={0}
      aria-label={label}
      className="overflow-x-auto rounded-lg border border-line bg-sunken py-2 text-[0.78rem] leading-[1.6]"
    >
      {linesOf(parts).map((line) => (
        <div
          key={line.key}
          className={clsx(
            'px-3',
            line.sign === '+' && 'bg-allow-bg text-allow',
            line.sign === '-' && 'bg-stop-bg text-stop',
          )}
        >
          <span className="inline-block w-4 select-none">{line.sign}</span>
          <span className="sr-only">{line.sign === '+' ? 'put in: ' : ''}</span>
          <span className="sr-only">{line.sign === '-' ? 'taken out: ' : ''}</span>
          {line.text}
        </div>
      ))}
    </pre>
  )
}

interface DiffLine {
  readonly key: string
  readonly sign: '+' | '-' | ' ' | '…'
  readonly text: string
}

function linesOf(parts: readonly Change[]): DiffLine[] {
  return parts.flatMap((part, index) => {
    const lines = part.value.replace(/\n$/, '').split('\n')
    const keyed = (sign: DiffLine['sign']) => lines.map((text, at) => ({ key: `${index}.${at}`, sign, text }))
    if (part.added) return keyed('+')
    if (part.removed) return keyed('-')
    return shorten(keyed(' '), index === 0, index === parts.length - 1)
  })
}

/** What stays is told only near a change. */
function shorten(lines: DiffLine[], isFirst: boolean, isLast: boolean): DiffLine[] {
  const head = isFirst ? 0 : context
  const tail = isLast ? 0 : context
  if (lines.length <= head + tail + 1) return lines
  const gap = { key: `${lines[0]?.key ?? ''}…`, sign: '…' as const, text: '' }
  return [...lines.slice(0, head), gap, ...lines.slice(lines.length - tail)]
}
