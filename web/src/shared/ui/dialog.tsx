import { X } from 'lucide-react'
import { useEffect, useId, type ReactNode } from 'react'
import { cx } from './cx'
import { IconButton } from './icon-button'
import { Toasts } from './toasts'
import { useModal } from './use-modal'

const firstField = 'input:not([type=radio], [readonly]), textarea'

type DialogProps = {
  title: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
}

/** A modal dialog. The browser keeps the focus inside and hands it back; Escape and a click beside it close it. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const titleId = useId()
  const modal = useModal(onClose)
  const { id, ref } = modal

  useEffect(() => {
    // Where the focus would open a phone's keyboard over the dialog, the reader begins at its start.
    const fine = window.matchMedia('(pointer: fine)').matches
    const field = fine ? ref.current?.querySelector<HTMLElement>(firstField) : null
    ;(field ?? ref.current)?.focus()
  }, [ref])

  return (
    <dialog
      {...modal}
      tabIndex={-1}
      aria-labelledby={titleId}
      className={cx(
        // In what a keyboard leaves of the page, which on a phone is less than the page (see useAppHeight).
        'bottom-[calc(100%-var(--app-height,100%))] m-auto max-h-[calc(var(--app-height,100dvh)-2rem)]',
        'w-[calc(100vw-2rem)] overflow-hidden rounded-2xl bg-raised text-ink shadow-pop',
        'animate-rise border border-line outline-none backdrop:bg-veil open:flex open:flex-col max-sm:mb-4',
        wide ? 'max-w-2xl' : 'max-w-md',
      )}
    >
      <header className="flex shrink-0 items-start justify-between gap-3 py-3 pr-3 pl-6">
        <h2 id={titleId} className="py-1.5 text-lg font-semibold">
          {title}
        </h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      <div className="min-h-0 overflow-y-auto px-6 pt-1 pb-6">{children}</div>
      <Toasts modal={id} />
    </dialog>
  )
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>
}
