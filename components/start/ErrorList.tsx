import { CircleX } from 'lucide-react'
import type { FieldError } from '#lib/actions/refusal.ts'

/** What is wrong at this field, in words. */
export function errorAt(errors: readonly FieldError[], paths: readonly string[]): string | undefined {
  const found = errors.find((error) => paths.includes(error.path))
  return found ? errorWords(found) : undefined
}

/** Those that no field of the form shows. */
export function errorsElsewhere(errors: readonly FieldError[], shown: readonly string[]): FieldError[] {
  return errors.filter((error) => !shown.includes(error.path))
}

/** `Expected a share above 0 and at most 1; given 5`. */
export function errorWords({ given, expected }: FieldError): string {
  return given === null ? `Expected ${expected}` : `Expected ${expected}; given ${String(given)}`
}

/** Each with its line and key. */
export function ErrorList({
  errors,
  onLine,
}: {
  errors: readonly FieldError[]
  /** Goes to a line of the text. */
  onLine?: (line: number) => void
}) {
  if (errors.length === 0) return null
  return (
    <div role="alert" className="rounded-[10px] border border-stop-line bg-stop-bg px-3.5 py-2.5">
      <ul className="grid gap-1.5">
        {errors.map((error) => (
          <li key={`${error.path}:${error.line ?? ''}:${error.expected}`} className="flex gap-2">
            <CircleX aria-hidden className="mt-[3px] size-4 shrink-0 text-stop" />
            <span className="min-w-0">
              {error.line !== undefined && <Line line={error.line} onLine={onLine} />}
              <code className="mono font-semibold break-words">{error.path}</code>{' '}
              <span className="text-ink-2">{errorWords(error)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Line({ line, onLine }: { line: number; onLine: ((line: number) => void) | undefined }) {
  if (!onLine) return <span className="font-semibold">Line {line}: </span>
  return (
    <>
      <button type="button" onClick={() => onLine(line)} className="rounded font-semibold underline">
        Line {line}
      </button>
      {': '}
    </>
  )
}
