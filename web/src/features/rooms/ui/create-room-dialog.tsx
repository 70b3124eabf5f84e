import { useState } from 'react'
import type { Room } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { Dialog, DialogActions } from '@/shared/ui/dialog'
import { ErrorNote } from '@/shared/ui/notes'
import { useCreateRoom } from '../data/mutations'
import { RoomFields, roomFieldNames, type RoomDraft } from './room-fields'

type CreateRoomDialogProps = { onCreated: (room: Room) => void; onClose: () => void }

export function CreateRoomDialog({ onCreated, onClose }: CreateRoomDialogProps) {
  const create = useCreateRoom()
  const [draft, setDraft] = useState<RoomDraft>({ name: '', description: '', visibility: 'public' })
  const form = useForm(async () => onCreated(await create.mutateAsync(draft)), roomFieldNames)

  return (
    <Dialog title="Create a room" onClose={onClose}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-5">
        <RoomFields draft={draft} onChange={setDraft} errorOf={form.errorOf} />
        {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            busy={form.busy}
            disabled={draft.name.trim() === ''}
          >
            Create room
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
