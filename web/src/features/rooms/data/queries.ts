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
import { findMine } from './cache'
import { roomKeys } from './keys'

export const mineQuery = {
  queryKey: roomKeys.mine,
  queryFn: () =>
    allPages((cursor) =>
      call(
        api.GET('/rooms', {
          params: {
            query: { scope: 'mine', limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          },
        }),
      ),
    ),
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

async function fetchMembers(queryClient: QueryClient, roomId: string) {
  const head = findMine(queryClient, roomId)?.head
  const members = await allPages((cursor) =>
    call(
      api.GET('/rooms/{room_id}/members', {
        params: {
          path: { room_id: roomId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        },
      }),
    ),
  )
  learnNames(
    queryClient,
    members.map(({ user_id, username, display_name }) => ({ id: user_id, username, display_name })),
  )
  // Whoever came or went while the pages were on their way may be missing from them.
  if (findMine(queryClient, roomId)?.head !== head) {
    setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: roomKeys.members(roomId) }),
      500,
    )
  }
  return members
}

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
