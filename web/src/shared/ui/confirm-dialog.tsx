import { useState, type ReactNode } from 'react'
import { explain } from '@/shared/api/problem'
import { Button } from './button'
import { Dialog, DialogActions } from './dialog'
import { ErrorNote } from './notes'
import { TextField } from './text-field'

type ConfirmDialogProps = {
  title: string
  children: ReactNode
  action: string
  /** When given, this must be typed first. */
  typed?: string
  onConfirm: () => Promise<unknown>
  /** After success, instead of closing: for what leads away from here. */
  onDone?: () => void
  onClose: () => void
}

/** Asks before something that cannot be undone; stays open, with the reason, when it fails. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, typed, onConfirm, onClose, onDone = onClose } = props
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()

  const confirm = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      onDone()
    } catch (failure) {
      setError(explain(failure))
      setBusy(false)
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void confirm()
        }}
      >
        <div className="text-ink-soft">{children}</div>
        {typed !== undefined && (
          <TextField
            className="mt-4"
            label={`Type “${typed}” to confirm`}
            value={text}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
          />
        )}
        {error !== undefined && <ErrorNote className="mt-4">{error}</ErrorNote>}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="danger"
            busy={busy}
            disabled={typed !== undefined && text.trim() !== typed}
          >
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
