import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { api, call } from '@/shared/api/client'
import { useSocket } from '@/shared/socket/context'
import type { Socket } from '@/shared/socket/socket'
import { emptyTimeline, oldestSeq, withPage, type Timeline } from './timeline'
import { outbox } from './outbox'

const pageSize = 50

export const timelineKey = (roomId: string) => ['timeline', roomId] as const

const fetchPage = (roomId: string, before?: number) =>
  call(
    api.GET('/rooms/{room_id}/messages', {
      params: {
        path: { room_id: roomId },
        query: { limit: pageSize, ...(before === undefined ? {} : { before }) },
      },
    }),
  )

/** The newest page, together with what the socket pushed while it was on its way. */
async function loadNewest(
  queryClient: QueryClient,
  socket: Socket,
  roomId: string,
): Promise<Timeline> {
  const { messages, has_more } = await fetchPage(roomId)
  outbox.settle(messages)
  const pushed = queryClient.getQueryData<Timeline>(timelineKey(roomId))?.entries ?? []
  const start = has_more ? (messages[0]?.seq ?? 0) : 0
  // Pages hold messages only; who came and went between them is sent again by the socket.
  socket.replay(roomId, start)
  // What lies before the page was pushed during a load that failed: between the two may be a gap.
  const entries = pushed.filter((entry) => entry.seq > start)
  return withPage({ ...emptyTimeline, entries }, messages, has_more)
}

export function useTimeline(roomId: string) {
  const queryClient = useQueryClient()
  const socket = useSocket()
  const [loadingOlder, setLoadingOlder] = useState(false)
  const busy = useRef(false)
  const query = useQuery({
    queryKey: timelineKey(roomId),
    queryFn: () => loadNewest(queryClient, socket, roomId),
    staleTime: ({ state }) => (state.data?.loaded === true ? Infinity : 0),
    gcTime: 30 * 60_000,
  })

  const loadOlder = useCallback(async () => {
    const before = queryClient.getQueryData<Timeline>(timelineKey(roomId))
    const oldest = before && oldestSeq(before)
    if (busy.current || before?.hasOlder !== true || oldest === undefined) return
    busy.current = true
    setLoadingOlder(true)
    try {
      const { messages, has_more } = await fetchPage(roomId, oldest)
      queryClient.setQueryData<Timeline>(
        timelineKey(roomId),
        // After a reset the timeline is another stretch of the log, and this page lies elsewhere.
        (timeline) =>
          timeline && oldestSeq(timeline) === oldest
            ? withPage(timeline, messages, has_more)
            : timeline,
      )
    } finally {
      busy.current = false
      setLoadingOlder(false)
    }
  }, [queryClient, roomId])

  return {
    timeline: query.data?.loaded === true ? query.data : undefined,
    error: query.data?.loaded === true ? null : query.error,
    retry: query.refetch,
    loadOlder,
    loadingOlder,
  }
}
