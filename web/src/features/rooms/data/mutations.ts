import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, call } from '@/shared/api/client'
import { ApiError } from '@/shared/api/problem'
import type { Role, Room, Visibility } from '@/shared/api/types'
import { dropMember, dropRoom, leaving, patchRole, putMember, putRoom } from './cache'
import { roomKeys } from './keys'

export type RoomFields = { name: string; description: string; visibility: Visibility }

const inRoom = (roomId: string) => ({ params: { path: { room_id: roomId } } })
const ofMember = (roomId: string, userId: string) => ({
  params: { path: { room_id: roomId, user_id: userId } },
})

function useRoomMutation<A>(mutationFn: (argument: A) => Promise<Room>) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn, onSuccess: (room) => putRoom(queryClient, room) })
}

export const useCreateRoom = () =>
  useRoomMutation((body: RoomFields) => call(api.POST('/rooms', { body })))

export const useJoinRoom = () =>
  useRoomMutation((roomId: string) => call(api.POST('/rooms/{room_id}/join', inRoom(roomId))))

export const useUpdateRoom = (roomId: string) =>
  useRoomMutation((body: Partial<RoomFields>) =>
    call(api.PATCH('/rooms/{room_id}', { ...inRoom(roomId), body })),
  )

export const useAcceptInvite = () =>
  useRoomMutation((token: string) =>
    call(api.POST('/invites/{token}/accept', { params: { path: { token } } })),
  )

function useGoing(mutationFn: (roomId: string) => Promise<unknown>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onMutate: (roomId) => void leaving.add(roomId),
    onError: (_, roomId) => void leaving.delete(roomId),
    onSuccess: (_, roomId) => dropRoom(queryClient, roomId),
  })
}

export const useLeaveRoom = () =>
  useGoing((roomId) => call(api.POST('/rooms/{room_id}/leave', inRoom(roomId))))

export const useDeleteRoom = () =>
  useGoing((roomId) => call(api.DELETE('/rooms/{room_id}', inRoom(roomId))))

export function useAddMember(roomId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (username: string) => {
      const { items } = await call(api.GET('/users', { params: { query: { username } } }))
      const user = items[0]
      if (user === undefined) {
        throw new ApiError('not_found', 'Nobody here has that user name.', { field: 'username' })
      }
      return call(
        api.PUT('/rooms/{room_id}/members/{user_id}', {
          ...ofMember(roomId, user.id),
          body: { role: 'member' },
        }),
      )
    },
    onSuccess: (member) => putMember(queryClient, roomId, member),
  })
}

export function useRemoveMember(roomId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (userId: string) =>
      call(api.DELETE('/rooms/{room_id}/members/{user_id}', ofMember(roomId, userId))),
    onSuccess: (_, userId) => dropMember(queryClient, roomId, userId),
  })
}

export function useChangeRole(roomId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      call(
        api.PATCH('/rooms/{room_id}/members/{user_id}', {
          ...ofMember(roomId, userId),
          body: { role },
        }),
      ),
    onSuccess: (member) => patchRole(queryClient, roomId, member.user_id, member.role),
  })
}

export function useCreateInvite(roomId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { expires_in_hours?: number; max_uses?: number }) =>
      call(api.POST('/rooms/{room_id}/invites', { ...inRoom(roomId), body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: roomKeys.invites(roomId) }),
  })
}

export function useDeleteInvite(roomId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (inviteId: string) =>
      call(
        api.DELETE('/rooms/{room_id}/invites/{invite_id}', {
          params: { path: { room_id: roomId, invite_id: inviteId } },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: roomKeys.invites(roomId) }),
  })
}
