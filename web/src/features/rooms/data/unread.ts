import { useQueries } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { api, call } from '@/shared/api/client'
import type { Room } from '@/shared/api/types'
import { makePace } from '@/shared/lib/pace'
import { useStore } from '@/shared/lib/store'
import { roomKeys } from './keys'
import { marks, setMarks, type Mark } from './marks'

// Somebody may be in hundreds of rooms, and the server has a limit: what is on screen comes first.
const pace = makePace(40)

const fetchOne = async (roomId: string, query: { after?: number }) => {
  await pace()
  const { messages } = await call(
    api.GET('/rooms/{room_id}/messages', {
      params: { path: { room_id: roomId }, query: { limit: 1, ...query } },
    }),
  )
  return messages[0]
}

/** How many messages the room has had; on the way, how many of them were read, if the mark does not know. */
async function countMessages(roomId: string): Promise<number> {
  const count = (await fetchOne(roomId, {}))?.messages ?? 0
  const mark = marks.get()[roomId]
  if (mark?.messages === null) {
    const firstUnread = await fetchOne(roomId, { after: mark.seq })
    const read = firstUnread === undefined ? count : firstUnread.messages - 1
    setMarks({ [roomId]: { seq: mark.seq, messages: read } })
  }
  return count
}

/**
 * Unread messages by room: a subtraction of two counters. The server is asked only where the log has grown since this
 * device last read it; from then on the socket keeps the counter.
 */
export function useUnread(rooms: Room[]): ReadonlyMap<string, number> {
  const read = useStore(marks)
  const counts = useQueries({
    queries: rooms.map((room) => {
      const mark = read[room.id]
      return {
        queryKey: roomKeys.count(room.id),
        queryFn: () => countMessages(room.id),
        enabled: mark !== undefined && mark.seq < room.head,
        staleTime: Infinity,
      }
    }),
    combine: (results) => results.map((result) => result.data),
  })

  useEffect(() => {
    const unknown = rooms.filter((room) => read[room.id] === undefined)
    if (unknown.length === 0) return
    const asRead = (room: Room): [string, Mark] => [room.id, { seq: room.head, messages: null }]
    setMarks(Object.fromEntries(unknown.map(asRead)))
  }, [rooms, read])

  return useMemo(() => {
    const unread = rooms.map((room, index): [string, number] => {
      const before = read[room.id]?.messages ?? undefined
      const count = counts[index]
      if (before === undefined || count === undefined) return [room.id, 0]
      return [room.id, Math.max(0, count - before)]
    })
    return new Map(unread)
  }, [rooms, counts, read])
}
