import { explain } from '@/shared/api/problem'
import type { Room } from '@/shared/api/types'
import { InviteForm, InviteList } from '@/shared/invites/invites'
import { ErrorNote } from '@/shared/ui/notes'
import { useCreateInvite, useDeleteInvite } from '../data/mutations'
import { useRoomInvites } from '../data/queries'

export function InviteLinks({ room }: { room: Room }) {
  const { data: invites, error } = useRoomInvites(room.id)
  const create = useCreateInvite(room.id)
  const withdraw = useDeleteInvite(room.id)
  return (
    <section aria-label="Invite links" className="flex flex-col gap-4">
      <div>
        <h3 className="font-semibold">Invite by link</h3>
        <p className="text-sm text-ink-soft">
          Whoever is signed in here and opens the link joins {room.name}.
        </p>
      </div>
      <InviteForm onCreate={(body) => create.mutateAsync(body)} />
      {error !== null && <ErrorNote>{explain(error)}</ErrorNote>}
      <InviteList invites={invites ?? []} onWithdraw={(id) => withdraw.mutateAsync(id)} />
    </section>
  )
}
