import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

export type ButtonVariant = 'primary' | 'danger' | 'outline' | 'ghost'
export type ButtonSize = 'sm' | 'md' | 'lg'

const variants: Record<ButtonVariant, string> = {
  primary: 'border-ink bg-ink text-bg enabled-hover:bg-ink-2',
  danger: 'border-danger bg-danger text-white enabled-hover:bg-danger-hover',
  outline: 'border-line-2 bg-surface text-ink enabled-hover:bg-sunken',
  ghost: 'border-transparent text-ink-2 enabled-hover:bg-sunken enabled-hover:text-ink',
}

const sizes: Record<ButtonSize, string> = {
  sm: 'h-8 gap-1.5 px-2.5 text-sm',
  md: 'h-9 gap-2 px-3.5',
  // 44 px: emergency controls, and whatever a thumb must hit.
  lg: 'h-11 gap-2 px-4 text-[0.9375rem]',
}

export interface ButtonLook {
  readonly variant?: ButtonVariant | undefined
  readonly size?: ButtonSize | undefined
}

/** The look of a button, for what is a link or a trigger of something else. */
export function buttonClass({ variant = 'outline', size = 'md' }: ButtonLook = {}): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center rounded-lg border font-[560] whitespace-nowrap select-none',
    'hover:transition-colors duration-100 active:translate-y-px',
    'aria-disabled:cursor-not-allowed aria-disabled:opacity-50 aria-disabled:active:translate-y-0',
    'disabled:cursor-not-allowed disabled:opacity-50 disabled:active:translate-y-0',
    '[&_svg]:size-4 [&_svg]:shrink-0',
    variants[variant],
    sizes[size],
  )
}

export function Button({
  variant,
  size,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & ButtonLook) {
  return <button {...rest} type={type} className={clsx(buttonClass({ variant, size }), className)} />
}
