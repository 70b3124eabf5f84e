import { useQueries } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { api, call } from '@/shared/api/client'
import type { Room } from '@/shared/api/types'
import { isRecord, readStored, writeStored } from '@/shared/lib/storage'
import { Store, useStore } from '@/shared/lib/store'
import { roomKeys } from './keys'

/** How far a room was read on this device: its newest entry seen, and how many messages it had then. */
type Mark = { seq: number; messages: number }
type Marks = Readonly<Record<string, Mark>>

const marks = new Store<Marks>({})
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
    Object.entries(stored).filter(
      (entry): entry is [string, Mark] =>
        isRecord(entry[1]) &&
        typeof entry[1].seq === 'number' &&
        typeof entry[1].messages === 'number',
    ),
  )
}

export function markRead(roomId: string, mark: Mark): void {
  const before = marks.get()[roomId]
  if (before !== undefined && before.seq >= mark.seq && before.messages >= mark.messages) return
  marks.update((all) => ({ ...all, [roomId]: mark }))
  if (storageKey !== undefined) writeStored(localStorage, storageKey, marks.get())
}

/** How many messages of the room were read when this was called; undefined when it was never opened here. */
export const readSoFar = (roomId: string): number | undefined => marks.get()[roomId]?.messages

async function countMessages(roomId: string): Promise<number> {
  const { messages } = await call(
    api.GET('/rooms/{room_id}/messages', {
      params: { path: { room_id: roomId }, query: { limit: 1 } },
    }),
  )
  return messages.at(-1)?.messages ?? 0
}

/**
 * Unread messages by room: a subtraction of two counters. The server is only asked where the log has grown since this
 * device last read it; afterwards the socket keeps the counter. A room never seen on this device begins as read.
 */
export function useUnread(rooms: Room[]): ReadonlyMap<string, number> {
  const read = useStore(marks)
  const counts = useQueries({
    queries: rooms.map((room) => {
      const mark = read[room.id]
      return {
        queryKey: roomKeys.count(room.id),
        queryFn: () => countMessages(room.id),
        staleTime: Infinity,
        ...(mark !== undefined && mark.seq >= room.head ? { initialData: mark.messages } : {}),
      }
    }),
    combine: (results) => results.map((result) => result.data),
  })

  useEffect(() => {
    rooms.forEach((room, index) => {
      const messages = counts[index]
      if (read[room.id] === undefined && messages !== undefined) {
        markRead(room.id, { seq: room.head, messages })
      }
    })
  }, [rooms, counts, read])

  return useMemo(() => {
    const unread = rooms.map((room, index): [string, number] => {
      const mark = read[room.id]
      const count = counts[index]
      if (mark === undefined || count === undefined) return [room.id, 0]
      return [room.id, Math.max(0, count - mark.messages)]
    })
    return new Map(unread)
  }, [rooms, counts, read])
}
