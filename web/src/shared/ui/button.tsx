import type { ComponentProps } from 'react'
import { cx } from './cx'
import { Spinner } from './spinner'

const variants = {
  primary:
    'bg-accent text-accent-ink hover:not-disabled:bg-accent-hover shadow-[inset_0_1px_0_oklch(1_0_0/0.12)]',
  secondary: 'border border-line bg-raised text-ink hover:not-disabled:bg-hover',
  ghost: 'text-ink-soft hover:not-disabled:bg-hover hover:not-disabled:text-ink',
  danger: 'bg-danger text-danger-ink hover:not-disabled:brightness-95',
  'danger-ghost': 'text-danger hover:not-disabled:bg-danger-soft',
}

type ButtonProps = ComponentProps<'button'> & {
  variant?: keyof typeof variants
  busy?: boolean
}

export function Button({ variant = 'secondary', busy = false, className, ...rest }: ButtonProps) {
  const { children, disabled, type = 'button', ...props } = rest
  return (
    <button
      {...props}
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy}
      className={cx(
        'inline-flex h-10 shrink-0 items-center justify-center gap-2 rounded-lg px-4 font-medium whitespace-nowrap transition-colors',
        'disabled:cursor-not-allowed disabled:opacity-55',
        variants[variant],
        className,
      )}
    >
      {busy && <Spinner className="size-4" />}
      {children}
    </button>
  )
}
