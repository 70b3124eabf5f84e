import type { QueryClient } from '@tanstack/react-query'
import type { RoomEntry } from '@/shared/socket/protocol'
import type { Socket } from '@/shared/socket/socket'
import { outbox } from './outbox'
import { timelineKey } from './query'
import { emptyTimeline, withEntry, type Timeline } from './timeline'

/** Puts what is pushed into the timelines that are kept, and tells the outbox what has arrived. */
export function followMessages(socket: Socket, queryClient: QueryClient): () => void {
  const offs = [
    socket.on('entry', (entry) => {
      keep(queryClient, entry)
      if (entry.type === 'message') outbox.settle([entry])
    }),
    // Too much was missed: what was kept has a gap now. A room that is on screen loads a page at once.
    socket.on('reset', (roomId) => {
      void queryClient.resetQueries({ queryKey: timelineKey(roomId) })
    }),
    socket.on('removed', ({ room_id }) => {
      queryClient.removeQueries({ queryKey: timelineKey(room_id) })
      outbox.forget(room_id)
    }),
    socket.on('open', (open) => {
      if (open) outbox.resume()
    }),
  ]
  outbox.connect(socket)
  return () => {
    offs.forEach((off) => off())
    outbox.disconnect()
  }
}

function keep(queryClient: QueryClient, entry: RoomEntry): void {
  const key = timelineKey(entry.room_id)
  const kept = queryClient.getQueryState<Timeline>(key)
  if (kept === undefined) return
  // Not opened yet, or its page could not be loaded: the page that is loaded next holds this entry.
  if (kept.data?.loaded !== true && kept.fetchStatus === 'idle') return
  queryClient.setQueryData<Timeline>(key, (timeline) => withEntry(timeline ?? emptyTimeline, entry))
}
