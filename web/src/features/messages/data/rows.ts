import type { MessageEntry, RoomEntry } from '@/shared/socket/protocol'
import { dayOf } from '@/shared/lib/time'
import type { OutboxItem } from './outbox'
import type { Timeline } from './timeline'

export type Row =
  | { kind: 'start'; id: string }
  | { kind: 'day'; id: string; timestamp: string }
  | { kind: 'new'; id: string }
  | { kind: 'message'; id: string; entry: MessageEntry; head: boolean }
  | { kind: 'system'; id: string; entries: [RoomEntry, ...RoomEntry[]] }
  | { kind: 'outgoing'; id: string; item: OutboxItem; head: boolean }

// Messages of one author that lie no further apart than this stand together under one name.
const groupSpan = 5 * 60_000

type Source = {
  timeline: Timeline
  outgoing: OutboxItem[]
  me: string
  /** How many messages were read before: the line "New" stands after that one. */
  readBefore: number | undefined
}

/** What the conversation shows, line by line. */
export function rowsOf({ timeline, outgoing, me, readBefore }: Source): Row[] {
  const rows: Row[] = timeline.hasOlder ? [] : [{ kind: 'start', id: 'start' }]
  let before: RoomEntry | undefined
  let marked = false
  for (const entry of timeline.entries) {
    if (!isTold(entry)) continue
    let fresh = before === undefined || dayOf(before.timestamp) !== dayOf(entry.timestamp)
    if (fresh) {
      const day = dayOf(entry.timestamp)
      rows.push({ kind: 'day', id: `day-${day}`, timestamp: entry.timestamp })
    }
    if (entry.type === 'message') {
      if (!marked && startsNew(entry, before, readBefore, me)) {
        rows.push({ kind: 'new', id: 'new' })
        marked = true
        fresh = true
      }
      const head = fresh || timeline.pageStarts.has(entry.seq) || !continues(before, entry)
      rows.push({ kind: 'message', id: `m-${entry.user_id}-${entry.key}`, entry, head })
    } else {
      const above = rows.at(-1)
      if (above?.kind === 'system' && sameCame(above.entries[0], entry)) above.entries.push(entry)
      else rows.push({ kind: 'system', id: `s-${entry.seq}`, entries: [entry] })
    }
    before = entry
  }
  return [...rows, ...outgoingRows(timeline, outgoing, me, before)]
}

function outgoingRows(
  timeline: Timeline,
  outgoing: OutboxItem[],
  me: string,
  last: RoomEntry | undefined,
): Row[] {
  const arrived = new Set(timeline.entries.map((entry) => entry.user_id === me && entry.key))
  const continued = last?.type === 'message' && last.user_id === me
  return outgoing
    .filter((item) => !arrived.has(item.key))
    .map((item, index) => ({
      kind: 'outgoing',
      // The same as the message's, so that it stays in place when it has arrived.
      id: `m-${me}-${item.key}`,
      item,
      head: index === 0 && !continued,
    }))
}

/** Entries of other types, and of types that come later, have no line of their own. */
function isTold(entry: RoomEntry): boolean {
  return (
    entry.type === 'message' ||
    entry.type === 'room_created' ||
    entry.type === 'room_changed' ||
    entry.type === 'member_added' ||
    entry.type === 'member_removed' ||
    entry.type === 'member_role' ||
    entry.type === 'owner_changed'
  )
}

/** People who come, or go, one after the other of their own accord share a line. */
function sameCame(first: RoomEntry, entry: RoomEntry): boolean {
  const own = (one: RoomEntry) => 'member' in one && one.member.user_id === one.user_id
  return (
    first.type === entry.type &&
    (entry.type === 'member_added' || entry.type === 'member_removed') &&
    own(first) &&
    own(entry)
  )
}

function continues(before: RoomEntry | undefined, entry: MessageEntry): boolean {
  return (
    before?.type === 'message' &&
    before.user_id === entry.user_id &&
    Date.parse(entry.timestamp) - Date.parse(before.timestamp) < groupSpan
  )
}

/** The first message that is not read yet, if an older one stands before it. */
function startsNew(
  entry: MessageEntry,
  before: RoomEntry | undefined,
  readBefore: number | undefined,
  me: string,
): boolean {
  return (
    readBefore !== undefined &&
    before !== undefined &&
    entry.messages === readBefore + 1 &&
    entry.user_id !== me
  )
}
