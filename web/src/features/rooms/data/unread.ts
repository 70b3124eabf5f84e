import { useEffect, useMemo } from 'react'
import type { Room } from '@/shared/api/types'
import { useStore } from '@/shared/lib/store'
import { marks, setMarks, type Mark } from './marks'

/** Unread messages by room: a subtraction of two counters. A room that is new to this device begins as read. */
export function useUnread(rooms: Room[]): ReadonlyMap<string, number> {
  const read = useStore(marks)

  useEffect(() => {
    const unknown = rooms.filter((room) => read[room.id] === undefined)
    if (unknown.length === 0) return
    const asRead = ({ id, head, messages }: Room): [string, Mark] => [id, { seq: head, messages }]
    setMarks(Object.fromEntries(unknown.map(asRead)))
  }, [rooms, read])

  return useMemo(
    () =>
      new Map(
        rooms.map(({ id, messages }) => [
          id,
          Math.max(0, messages - (read[id]?.messages ?? messages)),
        ]),
      ),
    [rooms, read],
  )
}
