import { Globe, Lock } from 'lucide-react'
import { useState } from 'react'
import type { Room, Visibility } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { Choice } from '@/shared/ui/choice'
import { Dialog, DialogActions } from '@/shared/ui/dialog'
import { ErrorNote } from '@/shared/ui/notes'
import { TextArea, TextField } from '@/shared/ui/text-field'
import { useCreateRoom } from '../data/mutations'

type CreateRoomDialogProps = { onCreated: (room: Room) => void; onClose: () => void }

export const visibilities = [
  {
    value: 'public' as const,
    label: 'Public',
    hint: 'Everyone here may find and join it.',
    icon: Globe,
  },
  { value: 'private' as const, label: 'Private', hint: 'By invitation only.', icon: Lock },
]

export function CreateRoomDialog({ onCreated, onClose }: CreateRoomDialogProps) {
  const create = useCreateRoom()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [visibility, setVisibility] = useState<Visibility>('public')
  const form = useForm(
    async () => onCreated(await create.mutateAsync({ name, description, visibility })),
    ['name', 'description'],
  )

  return (
    <Dialog title="Create a room" onClose={onClose}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-5">
        <TextField
          label="Name"
          value={name}
          required
          maxLength={64}
          autoComplete="off"
          placeholder="general"
          error={form.errorOf('name')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label="What is it for? (optional)"
          value={description}
          maxLength={500}
          rows={2}
          error={form.errorOf('description')}
          onChange={(event) => setDescription(event.target.value)}
        />
        <Choice
          legend="Who can join"
          name="visibility"
          value={visibility}
          options={visibilities}
          onChange={setVisibility}
        />
        {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={form.busy} disabled={name.trim() === ''}>
            Create room
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
