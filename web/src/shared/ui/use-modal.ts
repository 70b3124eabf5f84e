import { useEffect, useId, useRef, type SyntheticEvent } from 'react'
import { aroundOf } from '@/shared/hooks/use-focus-left'
import { Store } from '@/shared/lib/store'

/** The ids of the modal elements that are open, each over the one before it. All but the last are out of reach. */
export const modals = new Store<readonly string[]>([])

const isBeside = (event: SyntheticEvent) => event.target === event.currentTarget

/** What makes a <dialog> modal: Escape and a click beside it close it, and the focus goes back to where it was. */
export function useModal(onClose: () => void) {
  const id = useId()
  const ref = useRef<HTMLDialogElement>(null)
  // A selection that is dragged out of the dialog ends in a click beside it.
  const pressedBeside = useRef(false)

  useEffect(() => {
    const dialog = ref.current
    if (dialog === null || dialog.open) return
    const before = document.activeElement
    const around = aroundOf(before)
    dialog.showModal()
    modals.update((all) => [...all, id])
    return () => {
      modals.update((all) => all.filter((one) => one !== id))
      dialog.close()
      // What opened it may be gone, by what was done in it, and so may all that stood around.
      const back = [before, around, document.getElementById('main')].find((one) => one?.isConnected)
      if (back instanceof HTMLElement) back.focus()
    }
  }, [id])

  return {
    id,
    ref,
    onCancel: (event: SyntheticEvent) => {
      event.preventDefault()
      onClose()
    },
    onPointerDown: (event: SyntheticEvent) => {
      pressedBeside.current = isBeside(event)
    },
    onClick: (event: SyntheticEvent) => {
      if (isBeside(event) && pressedBeside.current) onClose()
    },
  }
}
