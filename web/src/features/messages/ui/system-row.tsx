import type { RoomEntry } from '@/shared/socket/protocol'
import { clockTime, exactTime } from '@/shared/lib/time'
import { useName } from '@/shared/users/names'

/** One quiet line about the room itself: who came and went, and what it is called. */
export function SystemRow({ entries }: { entries: [RoomEntry, ...RoomEntry[]] }) {
  const [entry, second] = entries
  const last = entries.at(-1) ?? entry
  return (
    <p className="px-4 py-1.5 text-center text-sm text-ink-faint sm:px-6">
      {second === undefined ? (
        <Single entry={entry} />
      ) : (
        <Several first={entry} second={second} count={entries.length} />
      )}{' '}
      <time
        dateTime={last.timestamp}
        title={exactTime(last.timestamp)}
        className="text-xs whitespace-nowrap tabular-nums"
      >
        {clockTime(last.timestamp)}
      </time>
    </p>
  )
}

function Single({ entry }: { entry: RoomEntry }) {
  const actor = useName(entry.user_id, entry.username)
  const { user_id, username } = 'member' in entry ? entry.member : entry
  const member = useName(user_id, username)
  switch (entry.type) {
    case 'room_created':
      return `${actor} created the room`
    case 'room_changed':
      return `${actor} changed the room: it is now “${entry.name}”, ${entry.visibility}`
    case 'member_added':
      return user_id === entry.user_id ? `${actor} joined` : `${actor} added ${member}`
    case 'member_removed':
      return user_id === entry.user_id ? `${actor} left` : `${actor} removed ${member}`
    case 'member_role':
      return entry.role === 'admin'
        ? `${actor} made ${member} an admin`
        : `${actor} made ${member} a member`
    case 'owner_changed':
      return `${actor} handed the room over to ${member}`
    default:
      return null
  }
}

type SeveralProps = { first: RoomEntry; second: RoomEntry; count: number }

function Several({ first, second, count }: SeveralProps) {
  const one = useName(first.user_id, first.username)
  const two = useName(second.user_id, second.username)
  const did = first.type === 'member_added' ? 'joined' : 'left'
  if (count === 2) return `${one} and ${two} ${did}`
  return `${one}, ${two} and ${count - 2} ${count === 3 ? 'other' : 'others'} ${did}`
}
