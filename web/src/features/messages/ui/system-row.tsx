import type { RoomEntry } from '@/shared/socket/protocol'
import { clockTime, exactTime } from '@/shared/lib/time'
import { useName } from '@/shared/users/names'

/** One quiet line about the room itself: who came and went, and what it is called. */
export function SystemRow({ entry }: { entry: RoomEntry }) {
  const actor = useName(entry.user_id, entry.username)
  const member = 'member' in entry ? entry.member : { user_id: entry.user_id, username: entry.username }
  const name = useName(member.user_id, member.username)
  return (
    <p className="px-4 py-1.5 text-center text-sm text-ink-faint sm:px-6">
      {describe(entry, actor, name)}{' '}
      <time
        dateTime={entry.timestamp}
        title={exactTime(entry.timestamp)}
        className="text-xs whitespace-nowrap tabular-nums"
      >
        {clockTime(entry.timestamp)}
      </time>
    </p>
  )
}

function describe(entry: RoomEntry, actor: string, member: string): string {
  switch (entry.type) {
    case 'room_created':
      return `${actor} created the room`
    case 'room_changed':
      return `${actor} changed the room: it is now “${entry.name}”, ${entry.visibility}`
    case 'member_added':
      return entry.member.user_id === entry.user_id
        ? `${actor} joined`
        : `${actor} added ${member}`
    case 'member_removed':
      return entry.member.user_id === entry.user_id
        ? `${actor} left`
        : `${actor} removed ${member}`
    case 'member_role':
      return entry.role === 'admin'
        ? `${actor} made ${member} an admin`
        : `${actor} made ${member} a member`
    case 'owner_changed':
      return `${actor} handed the room over to ${member}`
    default:
      return ''
  }
}
