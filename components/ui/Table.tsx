import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

/** Scrolls sideways inside its card, never the page. Give it a `caption`: it is what a screen reader calls the table. */
export function Table({
  caption,
  className,
  children,
  ...rest
}: ComponentProps<'table'> & { caption: string }) {
  return (
    <div className="relative overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table {...rest} className={clsx('w-full border-collapse text-sm', className)}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </div>
  )
}

interface Side {
  /** Figures stand at the right. */
  readonly right?: boolean | undefined
}

export function Th({ right, className, scope = 'col', ...rest }: ComponentProps<'th'> & Side) {
  return (
    <th
      {...rest}
      scope={scope}
      className={clsx(
        'px-3 pt-2.5 pb-2 text-xs font-medium whitespace-nowrap text-ink-3 first:pl-4 last:pr-4',
        right ? 'text-right' : 'text-left',
        className,
      )}
    />
  )
}

export function Td({ right, className, ...rest }: ComponentProps<'td'> & Side) {
  return (
    <td
      {...rest}
      className={clsx(
        'border-t border-line px-3 py-2.5 first:pl-4 last:pr-4',
        right && 'text-right whitespace-nowrap tabular-nums',
        className,
      )}
    />
  )
}
