import { isRecord, readStored, writeStored } from '@/shared/lib/storage'
import { Store } from '@/shared/lib/store'

/** How far a room was read on this device: the newest entry seen, and how many messages the room had had then. */
export type Mark = { seq: number; messages: number }
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
  return isRecord(value) && typeof value.seq === 'number' && typeof value.messages === 'number'
}

export function setMarks(changed: Marks): void {
  marks.update((all) => ({ ...all, ...changed }))
  if (storageKey !== undefined) writeStored(localStorage, storageKey, marks.get())
}

/** The reader has seen the room up to here. */
export function markRead(roomId: string, seen: Mark): void {
  const before = marks.get()[roomId]
  if (before !== undefined && before.seq >= seen.seq) return
  setMarks({ [roomId]: seen })
}

/** How many messages of the room have been read; undefined when that is not known. */
export const readSoFar = (roomId: string): number | undefined => marks.get()[roomId]?.messages
