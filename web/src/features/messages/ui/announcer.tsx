import { useState } from 'react'
import type { MessageEntry, RoomEntry } from '@/shared/socket/protocol'
import { useName } from '@/shared/users/names'

// Nobody listens to more at once.
const most = 20

/** Reads new messages of others out, politely. */
export function Announcer({ entries, me }: { entries: RoomEntry[]; me: string }) {
  // What was there when the room was opened is read by the reader, not to them.
  const [from] = useState(entries.at(-1)?.seq ?? 0)
  const spoken = entries
    .slice(-most)
    .filter((entry) => entry.type === 'message' && entry.seq > from && entry.user_id !== me)
  return (
    // What was read out stays a while: those that come together are read out one after the other.
    <div aria-live="polite" aria-relevant="additions" className="sr-only">
      {spoken.map((entry) => entry.type === 'message' && <Spoken key={entry.seq} entry={entry} />)}
    </div>
  )
}

function Spoken({ entry }: { entry: MessageEntry }) {
  const name = useName(entry.user_id, entry.username)
  return <p>{`${name}: ${entry.content}`}</p>
}
