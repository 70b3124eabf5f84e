import type { ReactNode } from 'react'
import { cx } from './cx'
import { Toasts } from './toasts'
import { useModal } from './use-modal'

type DrawerProps = {
  label: string
  side: 'left' | 'right'
  onClose: () => void
  children: ReactNode
}

/** A side panel over the page, for narrow screens: modal, closed by Escape or a tap beside it. */
export function Drawer({ label, side, onClose, children }: DrawerProps) {
  const modal = useModal(onClose)
  return (
    <dialog
      {...modal}
      aria-label={label}
      className={cx(
        'fixed inset-y-0 m-0 h-(--app-height,100dvh) max-h-none w-[min(20rem,86vw)] max-w-none animate-slide bg-sidebar text-ink shadow-pop backdrop:bg-veil',
        side === 'left' ? 'right-auto left-0' : 'right-0 left-auto flex-col open:flex',
      )}
    >
      {children}
      <Toasts modal={modal.id} />
    </dialog>
  )
}
