import { useEffect, useRef, type ReactNode } from 'react'
import { cx } from './cx'

type DrawerProps = {
  label: string
  side: 'left' | 'right'
  onClose: () => void
  children: ReactNode
}

/** A side panel over the page, for narrow screens: modal, closed by Escape or a tap beside it. */
export function Drawer({ label, side, onClose, children }: DrawerProps) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (dialog === null || dialog.open) return
    dialog.showModal()
    return () => dialog.close()
  }, [])
  return (
    // The keyboard's way to close is Escape, which the element handles: the click is for pointers only.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className={cx(
        'fixed inset-y-0 m-0 h-(--app-height,100dvh) max-h-none w-[min(20rem,86vw)] max-w-none animate-slide bg-sidebar text-ink shadow-pop backdrop:bg-veil',
        side === 'left' ? 'right-auto left-0' : 'right-0 left-auto flex-col open:flex',
      )}
    >
      {children}
    </dialog>
  )
}
