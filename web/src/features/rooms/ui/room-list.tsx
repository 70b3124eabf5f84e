import { Link, useRoute } from 'wouter'
import type { Room } from '@/shared/api/types'
import { cx } from '@/shared/ui/cx'
import { moveFocus } from '@/shared/ui/move-focus'
import { Skeleton } from '@/shared/ui/notes'
import { useMyRooms } from '../data/queries'
import { RoomIcon } from './room-icon'

type RoomListProps = { unread: ReadonlyMap<string, number>; onNavigate: () => void }

/** The rooms I am in; the arrow keys go up and down. */
export function RoomList({ unread, onNavigate }: RoomListProps) {
  const { data: rooms } = useMyRooms()
  const [, params] = useRoute('/rooms/:id/*?')
  if (rooms === undefined) return <ListSkeleton />
  if (rooms.length === 0) {
    return (
      <p className="px-3 py-2 text-sm text-ink-soft">
        You are in no room yet. Find one, or create your own.
      </p>
    )
  }
  return (
    // The list only passes the arrow keys on to the links in it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      aria-label="My rooms"
      onKeyDown={(event) => moveFocus(event, 'a')}
      className="flex flex-col gap-px"
    >
      {rooms.map((room) => (
        <li key={room.id}>
          <RoomLink
            room={room}
            unread={unread.get(room.id) ?? 0}
            current={params?.id === room.id}
            onNavigate={onNavigate}
          />
        </li>
      ))}
    </ul>
  )
}

type RoomLinkProps = { room: Room; unread: number; current: boolean; onNavigate: () => void }

function RoomLink({ room, unread, current, onNavigate }: RoomLinkProps) {
  return (
    <Link
      href={`/rooms/${room.id}`}
      aria-current={current ? 'page' : undefined}
      onClick={onNavigate}
      className={cx(
        'flex min-h-10 items-center gap-2.5 rounded-lg px-3 transition-colors',
        current ? 'bg-accent-soft font-medium text-accent-text' : 'hover:bg-hover',
        !current && (unread > 0 ? 'font-semibold text-ink' : 'text-ink-soft'),
      )}
    >
      <RoomIcon visibility={room.visibility} className="size-4 shrink-0 opacity-70" />
      <span className="min-w-0 flex-1 truncate">{room.name}</span>{' '}
      {unread > 0 && (
        <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-accent-ink tabular-nums">
          {unread > 99 ? '99+' : unread}
          <span className="sr-only"> unread</span>
        </span>
      )}
    </Link>
  )
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading rooms" className="flex flex-col gap-4 px-3 py-3">
      {['w-2/3', 'w-1/2', 'w-3/4', 'w-2/5'].map((width) => (
        <Skeleton key={width} className={`h-3.5 ${width}`} />
      ))}
    </div>
  )
}
