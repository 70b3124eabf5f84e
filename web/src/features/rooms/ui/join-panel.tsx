import { countOf } from '@/shared/lib/count'
import { useForm } from '@/shared/hooks/use-form'
import type { Room } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { EmptyState, ErrorNote } from '@/shared/ui/notes'
import { Hash } from 'lucide-react'
import { useJoinRoom } from '../data/mutations'

/** What somebody sees of a public room before joining it. */
export function JoinPanel({ room }: { room: Room }) {
  const join = useJoinRoom()
  const form = useForm(() => join.mutateAsync(room.id))
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center overflow-y-auto">
      <EmptyState
        icon={Hash}
        title={room.name}
        action={
          <form onSubmit={form.onSubmit} className="flex flex-col items-center gap-3">
            <Button type="submit" variant="primary" busy={form.busy}>
              Join room
            </Button>
            {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
          </form>
        }
      >
        {room.description !== '' && <p className="mb-2 whitespace-pre-wrap">{room.description}</p>}
        <p>A public room with {countOf(room.member_count, 'member')}. Join it to read and write.</p>
      </EmptyState>
    </div>
  )
}
