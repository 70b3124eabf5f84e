import { isRecord, readStored, writeStored } from '@/shared/lib/storage'
import { Store } from '@/shared/lib/store'
import type { RoomEntry } from '@/shared/socket/protocol'

/**
 * How far a room was read on this device: the newest entry seen, and how many messages the room had had then. Null while
 * that number is not known: a room that is new to the device begins as read, and nobody is asked for its count.
 */
export type Mark = { seq: number; messages: number | null }
type Marks = Readonly<Record<string, Mark>>

export const marks = new Store<Marks>({})
let storageKey: string | undefined

/** Loads what this user has read on this device, and keeps in step with the other tabs. */
export function openMarks(userId: string): () => void {
  storageKey = `parley.read.${userId}`
  marks.set(load(storageKey))
  const onStorage = (event: StorageEvent) => {
    if (event.key === storageKey) marks.set(load(event.key))
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}

function load(key: string): Marks {
  const stored = readStored(localStorage, key)
  if (!isRecord(stored)) return {}
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, Mark] => isMark(entry[1])),
  )
}

function isMark(value: unknown): value is Mark {
  return (
    isRecord(value) &&
    typeof value.seq === 'number' &&
    (typeof value.messages === 'number' || value.messages === null)
  )
}

export function setMarks(changed: Marks): void {
  marks.update((all) => ({ ...all, ...changed }))
  if (storageKey !== undefined) writeStored(localStorage, storageKey, marks.get())
}

/** The reader has seen the room up to here. */
export function markRead(roomId: string, seen: { seq: number; messages: number }): void {
  const before = marks.get()[roomId]
  const known = before?.messages ?? -1
  if (before !== undefined && before.seq >= seen.seq && known >= seen.messages) return
  setMarks({ [roomId]: seen })
}

/** How many messages of the room have been read; undefined when that is not known. */
export const readSoFar = (roomId: string): number | undefined =>
  marks.get()[roomId]?.messages ?? undefined

/** An entry tells how many messages came before it: that is the count of whoever had read everything up to it. */
export function learnCount(entry: RoomEntry): void {
  const mark = marks.get()[entry.room_id]
  if (mark?.messages !== null || mark.seq < entry.seq - 1) return
  const before = entry.messages - (entry.type === 'message' ? 1 : 0)
  setMarks({ [entry.room_id]: { seq: mark.seq, messages: before } })
}
