import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './cx'

type IconButtonProps = Omit<ComponentProps<'button'>, 'children'> & {
  icon: LucideIcon
  /** What it does, for those who cannot see the icon, and as its tooltip. */
  label: string
}

export function IconButton({ icon: Icon, label, className, type, ...props }: IconButtonProps) {
  return (
    <button
      {...props}
      type={type ?? 'button'}
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-10 shrink-0 items-center justify-center rounded-lg text-ink-soft transition-colors',
        'hover:not-disabled:bg-hover hover:not-disabled:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent-text',
        'disabled:cursor-not-allowed disabled:opacity-50',
        className,
      )}
    >
      <Icon aria-hidden className="size-[1.2rem]" />
    </button>
  )
}
