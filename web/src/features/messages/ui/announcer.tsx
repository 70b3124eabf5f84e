import { useState } from 'react'
import type { RoomEntry } from '@/shared/socket/protocol'
import { useName } from '@/shared/users/names'

/** Reads new messages of others out, politely. */
export function Announcer({ entries, me }: { entries: RoomEntry[]; me: string }) {
  const newest = entries.at(-1)
  // What was there when the room was opened is read by the reader, not to them.
  const [from] = useState(newest?.seq ?? 0)
  const spoken =
    newest?.type === 'message' && newest.seq > from && newest.user_id !== me ? newest : undefined
  return (
    <div aria-live="polite" className="sr-only">
      {spoken !== undefined && <Spoken key={spoken.seq} entry={spoken} />}
    </div>
  )
}

function Spoken({ entry }: { entry: Extract<RoomEntry, { type: 'message' }> }) {
  const name = useName(entry.user_id, entry.username)
  return `${name}: ${entry.content}`
}
