import type { QueryClient } from '@tanstack/react-query'
import type { RoomEntry } from '@/shared/socket/protocol'
import type { Socket } from '@/shared/socket/socket'
import { toast } from '@/shared/ui/toasts'
import { readDraft, writeDraft } from './drafts'
import { outbox } from './outbox'
import { timelineKey } from './query'
import { emptyTimeline, withEntry, type Timeline } from './timeline'

/** Puts what is pushed into the timelines that are kept, and tells the outbox what has arrived. */
export function followMessages(
  socket: Socket,
  queryClient: QueryClient,
  userId: string,
): () => void {
  const gone = ({ room_id }: { room_id: string }) => {
    queryClient.removeQueries({ queryKey: timelineKey(room_id) })
    keepAsDraft(userId, room_id)
  }
  const offs = [
    socket.on('entry', (entry) => {
      keep(queryClient, entry)
      if (entry.type === 'message') outbox.settle([entry])
    }),
    // Too much was missed: what was kept has a gap now. A room that is on screen loads a page at once.
    socket.on('reset', (roomId) => {
      void queryClient.resetQueries({ queryKey: timelineKey(roomId) })
    }),
    socket.on('removed', gone),
    socket.on('room_removed', gone),
    socket.on('open', (open) => {
      if (open) outbox.resume()
    }),
  ]
  outbox.connect(socket)
  window.addEventListener('beforeunload', askBeforeLoss)
  return () => {
    window.removeEventListener('beforeunload', askBeforeLoss)
    offs.forEach((off) => off())
    outbox.disconnect()
  }
}

/** What was not sent lives as long as the tab. */
function askBeforeLoss(event: Event): void {
  if (outbox.unsent().length > 0) event.preventDefault()
}

/** What can be sent no more is there again for one who comes back. */
function keepAsDraft(userId: string, roomId: string): void {
  const unsent = outbox.unsent(roomId).map((item) => item.content)
  outbox.forget(roomId)
  if (unsent.length === 0) return
  const draft = readDraft(userId, roomId)
  writeDraft(userId, roomId, [...unsent, ...(draft === '' ? [] : [draft])].join('\n\n'))
  toast('What you had not sent to the room is kept as a draft.', 'failed')
}

function keep(queryClient: QueryClient, entry: RoomEntry): void {
  const key = timelineKey(entry.room_id)
  const kept = queryClient.getQueryState<Timeline>(key)
  if (kept === undefined) return
  // Not opened yet, or its page could not be loaded: the page that is loaded next holds this entry.
  if (kept.data?.loaded !== true && kept.fetchStatus === 'idle') return
  queryClient.setQueryData<Timeline>(key, (timeline) => withEntry(timeline ?? emptyTimeline, entry))
}
