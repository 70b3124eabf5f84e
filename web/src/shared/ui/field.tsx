import { useId, type ReactNode } from 'react'
import { cx } from './cx'

export const inputStyle =
  'w-full rounded-lg border border-line-strong/60 bg-raised px-3 text-ink placeholder:text-ink-faint ' +
  'hover:border-line-strong focus-visible:border-accent focus-visible:outline-offset-0 ' +
  'aria-invalid:border-danger disabled:opacity-60 text-base sm:text-[length:inherit]'

export type FieldIds = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

type FieldProps = {
  label: string
  hint?: ReactNode
  error?: string | undefined
  className?: string | undefined
  children: (ids: FieldIds) => ReactNode
}

/** A label, what it belongs to, and below it the hint or what is wrong. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = error ?? hint
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : noteId,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {note !== undefined && (
        <p
          id={noteId}
          className={cx('text-sm', error === undefined ? 'text-ink-faint' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  )
}
