import { useState } from 'react'
import { useForm } from '@/shared/hooks/use-form'
import type { Room } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { ErrorNote } from '@/shared/ui/notes'
import { TextField } from '@/shared/ui/text-field'
import { toast } from '@/shared/ui/toasts'
import { useAddMember } from '../data/mutations'
import { InviteLinks } from './invite-links'

/** Two ways in: by user name, for who has an account here; by a link, for whoever has it. */
export function AddPeopleDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const add = useAddMember(room.id)
  const [username, setUsername] = useState('')
  const form = useForm(async () => {
    const member = await add.mutateAsync(username.trim().replace(/^@/, ''))
    setUsername('')
    toast(`${member.display_name} is in ${room.name} now.`)
  }, ['username'])

  return (
    <Dialog title={`Add people to ${room.name}`} onClose={onClose}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
        <TextField
          label="User name"
          value={username}
          maxLength={33}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="ada"
          hint="Exactly as it stands after the @."
          error={form.errorOf('username')}
          onChange={(event) => setUsername(event.target.value)}
        />
        {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
        <Button
          type="submit"
          variant="primary"
          className="self-end"
          busy={form.busy}
          disabled={username.trim() === ''}
        >
          Add
        </Button>
      </form>
      <hr className="my-5 border-line" />
      <InviteLinks room={room} />
    </Dialog>
  )
}
