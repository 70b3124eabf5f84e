import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import { allPages, api, call } from '@/shared/api/client'
import type { Room } from '@/shared/api/types'
import { learnNames } from '@/shared/users/names'
import { findMine, lateMembers } from './cache'
import { roomKeys } from './keys'

export const mineQuery = {
  queryKey: roomKeys.mine,
  queryFn: async ({ client }: { client: QueryClient }) => {
    const rooms = await allPages((cursor) =>
      call(
        api.GET('/rooms', {
          params: {
            query: { scope: 'mine', limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          },
        }),
      ),
    )
    // The socket may have told more of a room while its page was on the way.
    return rooms.map((room) => {
      const known = findMine(client, room.id)
      return known !== undefined && known.head > room.head ? known : room
    })
  },
  staleTime: Infinity,
}

export const useMyRooms = () => useQuery(mineQuery)

/** One room: from my list, or asked for when I am no member. */
export function useRoom(roomId: string) {
  const mine = useMyRooms()
  const member = mine.data?.find((room) => room.id === roomId)
  const single = useQuery({
    queryKey: roomKeys.one(roomId),
    queryFn: () => call(api.GET('/rooms/{room_id}', { params: { path: { room_id: roomId } } })),
    enabled: mine.isSuccess && member === undefined,
  })
  // What was kept from my membership may still say a role.
  const other: Room | undefined = single.data && { ...single.data, role: null }
  return { room: member ?? (mine.isSuccess ? other : undefined), error: mine.error ?? single.error }
}

export function usePublicRooms(q: string) {
  return useInfiniteQuery({
    queryKey: roomKeys.public(q),
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/rooms', {
          params: {
            query: {
              scope: 'public',
              limit: 30,
              ...(q === '' ? {} : { q }),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
}

export function useMembers(roomId: string) {
  const queryClient = useQueryClient()
  return useQuery({
    queryKey: roomKeys.members(roomId),
    queryFn: () => fetchMembers(queryClient, roomId),
    staleTime: Infinity,
  })
}

const fetchMembers = (queryClient: QueryClient, roomId: string) =>
  lateMembers.load(roomId, () =>
    allPages(async (cursor) => {
      const page = await call(
        api.GET('/rooms/{room_id}/members', {
          params: {
            path: { room_id: roomId },
            query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          },
        }),
      )
      learnNames(
        queryClient,
        page.items.map(({ user_id, ...names }) => ({ id: user_id, ...names })),
      )
      return page
    }),
  )

export function useRoomInvites(roomId: string) {
  return useQuery({
    queryKey: roomKeys.invites(roomId),
    queryFn: () =>
      allPages((cursor) =>
        call(
          api.GET('/rooms/{room_id}/invites', {
            params: {
              path: { room_id: roomId },
              query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
            },
          }),
        ),
      ),
    staleTime: 0,
  })
}
