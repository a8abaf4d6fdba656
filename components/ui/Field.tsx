import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

export interface FieldProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  /** What is wrong with it, in words. */
  readonly error?: string | undefined
  readonly children: ReactNode
  readonly className?: string | undefined
  /** The label is not seen on a wide screen, where a column's heading says it. */
  readonly labelInColumn?: boolean | undefined
}

/** A label around its control, with what it means and what is wrong with it. */
export function Field({ label, hint, error, children, className, labelInColumn }: FieldProps) {
  const id = useId()
  return (
    <div className={clsx('min-w-0', className)}>
      <label className="block">
        <span className={clsx('mb-1 block text-sm font-medium', labelInColumn && 'sm:sr-only')}>{label}</span>
        {children}
      </label>
      {hint && <p className="mt-1 text-xs text-ink-3">{hint}</p>}
      {error && (
        <p id={id} role="alert" className="mt-1 text-sm text-stop">
          {error}
        </p>
      )}
    </div>
  )
}

const box = clsx(
  'w-full rounded-lg border border-line-2 bg-surface px-3 text-ink',
  'hover:border-ink-3 focus-visible:border-candidate focus-visible:outline-offset-0',
  'aria-invalid:border-stop disabled:bg-sunken disabled:text-ink-3',
)

/** `text-lg` on a phone: anything under 16 px makes its browser zoom in. */
export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={clsx(box, 'h-11 text-lg sm:h-9 sm:text-base', className)} />
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={clsx(box, 'py-2 text-lg sm:text-base', className)} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(box, 'h-11 text-lg sm:h-9 sm:text-base', className)} />
}
