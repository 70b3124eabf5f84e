import type { Message } from '@/shared/api/types'
import type { RoomEntry } from '@/shared/socket/protocol'

/** A stretch of a room's log without gaps in its messages, up to the newest. */
export type Timeline = {
  /** By seq, each once. */
  entries: RoomEntry[]
  /** Whether there are older messages than the first. */
  hasOlder: boolean
  /** False while only what was pushed is known, and no page yet. */
  loaded: boolean
  /** The seqs where pages begin: there a group of messages begins too, so that a page put before it moves nothing. */
  pageStarts: ReadonlySet<number>
}

export const emptyTimeline: Timeline = {
  entries: [],
  hasOlder: false,
  loaded: false,
  pageStarts: new Set(),
}

/** Adds what was pushed. What the timeline has already stays as it is. */
export function withEntry(timeline: Timeline, entry: RoomEntry): Timeline {
  const entries = merge(timeline.entries, [entry])
  return entries === timeline.entries ? timeline : { ...timeline, entries }
}

/** Adds a page of older messages, or the newest page to what was pushed meanwhile. */
export function withPage(timeline: Timeline, messages: Message[], hasOlder: boolean): Timeline {
  const first = messages[0]
  const pageStarts =
    first === undefined ? timeline.pageStarts : new Set(timeline.pageStarts).add(first.seq)
  return { entries: merge(timeline.entries, messages), hasOlder, loaded: true, pageStarts }
}

function merge(entries: RoomEntry[], more: RoomEntry[]): RoomEntry[] {
  const last = entries.at(-1)?.seq ?? 0
  const first = more[0]
  if (first === undefined) return entries
  // Almost always what comes is newer than all: then there is nothing to compare.
  if (first.seq > last) return [...entries, ...more]
  const known = new Set(entries.map((entry) => entry.seq))
  const added = more.filter((entry) => !known.has(entry.seq))
  return added.length === 0 ? entries : [...entries, ...added].sort((a, b) => a.seq - b.seq)
}

/** The oldest message known: older pages lie before it. */
export const oldestSeq = (timeline: Timeline): number | undefined =>
  timeline.entries.find((entry) => entry.type === 'message')?.seq
