import { CircleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx'

type NoteProps = { children: ReactNode; className?: string | undefined }

/** What went wrong, said aloud by screen readers when it appears. */
export function ErrorNote({ children, className }: NoteProps) {
  return (
    <div
      role="alert"
      className={cx(
        'flex gap-2 rounded-lg bg-danger-soft px-3 py-2.5 text-sm text-danger',
        className,
      )}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  )
}

type EmptyStateProps = {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center justify-center px-6 py-12 text-center">
      <span className="mb-4 rounded-2xl bg-accent-soft p-4 text-accent-text">
        <Icon aria-hidden className="size-7" />
      </span>
      <h2 className="text-lg font-semibold text-balance">{title}</h2>
      {children !== undefined && (
        <div className="mt-1 max-w-sm text-balance text-ink-soft">{children}</div>
      )}
      {action !== undefined && (
        <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  )
}

export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cx('block animate-breathe rounded-md bg-sunken', className)} />
  )
}
