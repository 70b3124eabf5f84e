import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { clearDrafts, followMessages, outbox } from '@/features/messages'
import { followPresence, followTyping } from '@/features/presence'
import { followRooms, openMarks, useMyRooms } from '@/features/rooms'
import { meQuery } from '@/shared/api/queries'
import { session } from '@/shared/api/session'
import type { User } from '@/shared/api/types'
import { socketUrl } from '@/shared/config'
import { Socket } from '@/shared/socket/socket'
import { followNames } from '@/shared/users/names'

// For the first connection a token this young is new enough: signing in and connecting need not make two.
const youngToken = 15_000

export const socket = new Socket({
  url: socketUrl,
  token: (first) => session.token(first ? youngToken : 0),
  onSignedOut: (reason) => session.end(reason),
})

/** Joins the features to the socket for as long as somebody is signed in. */
export function useLive(me: User): void {
  const queryClient = useQueryClient()
  const { data: rooms } = useMyRooms()

  useEffect(() => {
    const stopFollowing = follow(queryClient, me)
    const stopWatching = watchForReturn()
    socket.start()
    return () => {
      socket.stop()
      stopWatching()
      stopFollowing()
      leaveNothing(me)
    }
    // A changed display name is no reason to connect anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [queryClient, me.id])

  useEffect(() => {
    for (const room of rooms ?? []) socket.follow(room.id, room.head)
  }, [rooms])
}

function follow(queryClient: QueryClient, me: User): () => void {
  outbox.load(me.id)
  const offs = [
    openMarks(me.id),
    followRooms({ socket, queryClient, me }),
    followMessages(socket, queryClient, me.id),
    followPresence(socket, queryClient),
    followTyping(socket),
    followNames(socket, queryClient),
    // What failed while the server was away.
    socket.on('resumed', () => {
      const failed = (query: Query) => query.state.status === 'error'
      void queryClient.refetchQueries({ type: 'active', predicate: failed })
    }),
    session.onRenewed((token) => socket.renewed(token)),
    socket.on('profile', ({ user_id }) => {
      if (user_id === me.id) void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
    }),
  ]
  return () => offs.forEach((off) => off())
}

/** After signing out: nothing that was typed stays behind in the browser. Whose session ended comes back to it. */
function leaveNothing(me: User): void {
  const state = session.state.get()
  if (state.status !== 'signed-out' || state.reason !== 'none') return
  clearDrafts(me.id)
  outbox.clear()
}

/** Somebody is back at this tab, or the network is: no reason to wait longer. */
function watchForReturn(): () => void {
  const onOnline = () => socket.nudge()
  const onVisible = () => {
    if (document.visibilityState === 'visible') socket.nudge()
  }
  window.addEventListener('online', onOnline)
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    window.removeEventListener('online', onOnline)
    document.removeEventListener('visibilitychange', onVisible)
  }
}
