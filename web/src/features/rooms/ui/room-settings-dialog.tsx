import { useState } from 'react'
import type { Room } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { dayAndYear } from '@/shared/lib/time'
import { Button } from '@/shared/ui/button'
import { ConfirmDialog } from '@/shared/ui/confirm-dialog'
import { Dialog, DialogActions } from '@/shared/ui/dialog'
import { ErrorNote } from '@/shared/ui/notes'
import { toast } from '@/shared/ui/toasts'
import { useDeleteRoom, useUpdateRoom } from '../data/mutations'
import { InviteLinks } from './invite-links'
import { RoomFields, roomFieldNames, type RoomDraft } from './room-fields'
import { canManage } from './room-header'

type RoomSettingsDialogProps = { room: Room; onDeleted: () => void; onClose: () => void }

export function RoomSettingsDialog({ room, onDeleted, onClose }: RoomSettingsDialogProps) {
  return (
    <Dialog title="Room settings" onClose={onClose}>
      {canManage(room) ? <EditForm room={room} onClose={onClose} /> : <About room={room} />}
      {canManage(room) && (
        <>
          <hr className="my-6 border-line" />
          <InviteLinks room={room} />
        </>
      )}
      {room.role === 'owner' && <DangerZone room={room} onDeleted={onDeleted} />}
    </Dialog>
  )
}

function About({ room }: { room: Room }) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-lg font-semibold">{room.name}</h3>
      {room.description !== '' && <p className="whitespace-pre-wrap">{room.description}</p>}
      <p className="text-sm text-ink-soft">
        A {room.visibility} room, created on {dayAndYear(room.created_at)}. Its owner and admins can
        change it.
      </p>
    </div>
  )
}

function EditForm({ room, onClose }: { room: Room; onClose: () => void }) {
  const update = useUpdateRoom(room.id)
  const { name, description, visibility } = room
  const [draft, setDraft] = useState<RoomDraft>({ name, description, visibility })
  const form = useForm(async () => {
    await update.mutateAsync(draft)
    toast('Room changed.')
    onClose()
  }, roomFieldNames)

  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-5">
      <RoomFields draft={draft} onChange={setDraft} errorOf={form.errorOf} />
      {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
      <DialogActions>
        <Button
          type="submit"
          variant="primary"
          busy={form.busy}
          disabled={draft.name.trim() === ''}
        >
          Save
        </Button>
      </DialogActions>
    </form>
  )
}

function DangerZone({ room, onDeleted }: { room: Room; onDeleted: () => void }) {
  const remove = useDeleteRoom()
  const [asking, setAsking] = useState(false)
  return (
    <section aria-label="Delete the room" className="mt-6 border-t border-line pt-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-48 flex-1 text-sm text-ink-soft">
          Deleting the room deletes all its messages, for everyone and for ever.
        </p>
        <Button variant="danger-ghost" onClick={() => setAsking(true)}>
          Delete room…
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={`Delete ${room.name}?`}
          action="Delete for ever"
          typed={room.name}
          onConfirm={() => remove.mutateAsync(room.id)}
          onDone={onDeleted}
          onClose={() => setAsking(false)}
        >
          The room and all its messages will be gone for everyone. This cannot be undone.
        </ConfirmDialog>
      )}
    </section>
  )
}
