import { useQuery, type QueryClient } from '@tanstack/react-query'
import { api, call } from '@/shared/api/client'
import { LateChanges } from '@/shared/api/late-changes'
import type { PresentUser } from '@/shared/api/types'
import type { Socket } from '@/shared/socket/socket'

const keyOf = (roomId: string) => ['presence', roomId] as const

const late = new LateChanges<PresentUser[]>()

async function fetchPresence(roomId: string): Promise<PresentUser[]> {
  const { users } = await call(
    api.GET('/rooms/{room_id}/presence', { params: { path: { room_id: roomId } } }),
  )
  return users
}

/** Who is in the room now; empty while that is not known. */
export function usePresence(roomId: string, enabled: boolean): PresentUser[] {
  const { data } = useQuery({
    queryKey: keyOf(roomId),
    queryFn: () => late.load(roomId, () => fetchPresence(roomId)),
    enabled,
    staleTime: Infinity,
    gcTime: 60_000,
  })
  return data ?? none
}
const none: PresentUser[] = []

/** Presence is in no log: who comes and goes is pushed, and after a reconnect it is asked for anew. */
export function followPresence(socket: Socket, queryClient: QueryClient): () => void {
  const offs = [
    socket.on('user_joined', ({ room_id, users }) => {
      const ids = new Set(users.map((user) => user.user_id))
      patch(queryClient, room_id, (present) => [
        ...present.filter((user) => !ids.has(user.user_id)),
        ...users,
      ])
    }),
    socket.on('user_left', ({ room_id, users }) => {
      const ids = new Set(users.map((user) => user.user_id))
      patch(queryClient, room_id, (present) => present.filter((user) => !ids.has(user.user_id)))
    }),
    socket.on('removed', ({ room_id }) => queryClient.removeQueries({ queryKey: keyOf(room_id) })),
    socket.on('resumed', () => void askAnew(queryClient)),
  ]
  return () => offs.forEach((off) => off())
}

function patch(
  queryClient: QueryClient,
  roomId: string,
  change: (present: PresentUser[]) => PresentUser[],
): void {
  late.add(roomId, change)
  queryClient.setQueryData<PresentUser[]>(keyOf(roomId), (present) => present && change(present))
}

/** An answer on its way is given up: what changed between it and the connection was not pushed. */
async function askAnew(queryClient: QueryClient): Promise<void> {
  const presence = { queryKey: ['presence'] }
  await queryClient.cancelQueries(presence)
  await queryClient.invalidateQueries(presence)
}
