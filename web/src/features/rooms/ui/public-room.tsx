import { Check, Users } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { countOf } from '@/shared/lib/count'
import { explain } from '@/shared/api/problem'
import type { Room } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { toast } from '@/shared/ui/toasts'
import { useJoinRoom } from '../data/mutations'
import { useMyRooms } from '../data/queries'

export function PublicRoom({ room }: { room: Room }) {
  const join = useJoinRoom()
  const [, navigate] = useLocation()
  const joined = useMyRooms().data?.some((mine) => mine.id === room.id) ?? room.role !== null

  const onJoin = async () => {
    try {
      await join.mutateAsync(room.id)
      navigate(`/rooms/${room.id}`)
    } catch (error) {
      toast(explain(error), 'failed')
    }
  }

  return (
    <li className="flex items-center gap-3 rounded-xl border border-line bg-raised py-3 pr-3 pl-4">
      <div className="min-w-0 flex-1">
        <Link
          href={`/rooms/${room.id}`}
          className="inline-flex min-h-10 items-center font-semibold hover:underline"
        >
          {room.name}
        </Link>
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-ink-soft">
          <span className="inline-flex items-center gap-1 tabular-nums">
            <Users aria-hidden className="size-3.5" />
            {countOf(room.member_count, 'member')}
          </span>
          {joined && (
            <span className="inline-flex items-center gap-1 font-medium text-accent-text">
              <Check aria-hidden className="size-3.5" /> Joined
            </span>
          )}
        </p>
        {room.description !== '' && (
          <p className="mt-0.5 line-clamp-2 text-sm text-ink-soft">{room.description}</p>
        )}
      </div>
      {joined ? (
        <Button onClick={() => navigate(`/rooms/${room.id}`)} aria-label={`Open ${room.name}`}>
          Open
        </Button>
      ) : (
        <Button
          variant="primary"
          busy={join.isPending}
          onClick={() => void onJoin()}
          aria-label={`Join ${room.name}`}
        >
          Join
        </Button>
      )}
    </li>
  )
}
