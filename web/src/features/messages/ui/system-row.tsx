import type { RoomEntry } from '@/shared/socket/protocol'
import { clockTime, exactTime } from '@/shared/lib/time'
import { Name } from '@/shared/users/name'

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
        className="text-xs whitespace-nowrap tabular-nums [unicode-bidi:isolate]"
      >
        {clockTime(last.timestamp)}
      </time>
    </p>
  )
}

function Single({ entry }: { entry: RoomEntry }) {
  const about = 'member' in entry ? entry.member : entry
  const actor = <Name person={entry} />
  const member = <Name person={about} />
  const own = about.user_id === entry.user_id
  switch (entry.type) {
    case 'room_created':
      return <>{actor} created the room</>
    case 'room_changed':
      return (
        <>
          {actor} changed the room: it is now “<bdi>{entry.name}</bdi>”, {entry.visibility}
        </>
      )
    case 'member_added':
      return own ? (
        <>{actor} joined</>
      ) : (
        <>
          {actor} added {member}
        </>
      )
    case 'member_removed':
      return own ? (
        <>{actor} left</>
      ) : (
        <>
          {actor} removed {member}
        </>
      )
    case 'member_role':
      return (
        <>
          {actor} made {member} {entry.role === 'admin' ? 'an admin' : 'a member'}
        </>
      )
    case 'owner_changed':
      return (
        <>
          {actor} handed the room over to {member}
        </>
      )
    default:
      return null
  }
}

type SeveralProps = { first: RoomEntry; second: RoomEntry; count: number }

function Several({ first, second, count }: SeveralProps) {
  const one = <Name person={first} />
  const two = <Name person={second} />
  const did = first.type === 'member_added' ? 'joined' : 'left'
  if (count === 2)
    return (
      <>
        {one} and {two} {did}
      </>
    )
  return (
    <>
      {one}, {two} and {count - 2} {count === 3 ? 'other' : 'others'} {did}
    </>
  )
}
