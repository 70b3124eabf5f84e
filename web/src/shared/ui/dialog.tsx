import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { aroundOf } from '@/shared/hooks/use-focus-left'
import { cx } from './cx'
import { IconButton } from './icon-button'

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
  const ref = useRef<HTMLDialogElement>(null)

  useEffect(() => {
    const dialog = ref.current
    if (dialog === null || dialog.open) return
    const before = document.activeElement
    const around = aroundOf(before)
    dialog.showModal()
    // Where the focus would open a phone's keyboard over the dialog, the reader begins at its start.
    const fine = window.matchMedia('(pointer: fine)').matches
    const field = fine ? dialog.querySelector<HTMLElement>(firstField) : null
    ;(field ?? dialog).focus()
    return () => {
      dialog.close()
      // What opened the dialog may be gone, by what was done in it.
      const back = before?.isConnected === true ? before : around
      if (back instanceof HTMLElement) back.focus()
    }
  }, [])

  return (
    // The keyboard's way to close is Escape, which the element handles: the click is for pointers only.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      tabIndex={-1}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className={cx(
        // In what a keyboard leaves of the page, which on a phone is less than the page (see useAppHeight).
        'bottom-[calc(100%-var(--app-height,100%))] m-auto max-h-[calc(var(--app-height,100dvh)-2rem)]',
        'w-[calc(100vw-2rem)] overflow-hidden rounded-2xl bg-raised text-ink shadow-pop',
        'animate-rise border border-line outline-none backdrop:bg-veil open:flex open:flex-col max-sm:mb-4',
        wide ? 'max-w-2xl' : 'max-w-md',
      )}
    >
      <header className="flex shrink-0 items-center justify-between gap-3 py-3 pr-3 pl-6">
        <h2 id={titleId} className="min-w-0 truncate text-lg font-semibold">
          {title}
        </h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      <div className="min-h-0 overflow-y-auto px-6 pt-1 pb-6">{children}</div>
    </dialog>
  )
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>
}
