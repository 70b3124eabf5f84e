import type { QueryClient } from '@tanstack/react-query'
import type { User } from '@/shared/api/types'
import type { MembershipEntry, RoomEntry } from '@/shared/socket/protocol'
import type { Socket } from '@/shared/socket/socket'
import { toast } from '@/shared/ui/toasts'
import {
  dropMember,
  dropRoom,
  findMine,
  leaving,
  patchRole,
  patchRoom,
  putMember,
  putRoom,
} from './cache'
import { roomKeys } from './keys'
import { markRead } from './marks'

type Live = { socket: Socket; queryClient: QueryClient; me: User }

/** Keeps the rooms and members in the cache as the log says. */
export function followRooms(live: Live): () => void {
  const { socket, queryClient, me } = live
  const offs = [
    socket.on('room_changed', (entry, { fresh }) => {
      if (!fresh) return
      const { name, description, visibility } = entry
      patchRoom(queryClient, entry.room_id, () => ({ name, description, visibility }))
    }),
    socket.on('member_added', (entry, { fresh }) => fresh && added(live, entry)),
    socket.on('member_removed', (entry, { fresh }) => fresh && removed(live, entry)),
    socket.on('member_role', (entry, { fresh }) => fresh && roleChanged(live, entry)),
    socket.on('owner_changed', (entry, { fresh }) => fresh && handedOver(live, entry)),
    socket.on('room_deleted', ({ room_id, user_id }) => {
      if (user_id === me.id) dropRoom(queryClient, room_id)
      else farewell(queryClient, room_id, 'was deleted')
    }),
    // Unless the log has told already: while nobody listened one was removed, or the room deleted.
    socket.on('removed', ({ room_id }) => {
      farewell(queryClient, room_id, notYours)
      dropRoom(queryClient, room_id)
    }),
    socket.on('entry', (entry, { fresh }) => fresh && counted(live, entry)),
    socket.on('room_added', ({ room }) => putRoom(queryClient, room)),
    socket.on('room_removed', ({ room_id }) => {
      // The two streams are not in step: this may be the first to tell.
      farewell(queryClient, room_id, notYours)
      socket.unfollow(room_id)
      dropRoom(queryClient, room_id)
    }),
    socket.on('reset', (roomId) => refetchRoom(queryClient, roomId)),
    socket.on('user_reset', () => void queryClient.invalidateQueries({ queryKey: roomKeys.mine })),
    socket.on('resumed', () => void queryClient.invalidateQueries({ queryKey: roomKeys.mine })),
  ]
  return () => offs.forEach((off) => off())
}

function added({ queryClient, me }: Live, { room_id, member, role }: MembershipEntry): void {
  patchRoom(queryClient, room_id, (room) => ({ member_count: room.member_count + 1 }))
  if (member.user_id === me.id) patchRoom(queryClient, room_id, () => ({ role }))
  putMember(queryClient, room_id, { ...member, display_name: member.username, role })
}

function removed(live: Live, entry: MembershipEntry): void {
  const { queryClient, me } = live
  patchRoom(queryClient, entry.room_id, (room) => ({ member_count: room.member_count - 1 }))
  dropMember(queryClient, entry.room_id, entry.member.user_id)
  if (entry.member.user_id !== me.id) return
  if (entry.user_id === me.id) dropRoom(queryClient, entry.room_id)
  else farewell(queryClient, entry.room_id, notYours)
}

function roleChanged({ queryClient, me }: Live, { room_id, member, role }: MembershipEntry): void {
  patchRole(queryClient, room_id, member.user_id, role)
  if (member.user_id === me.id) patchRoom(queryClient, room_id, () => ({ role }))
}

function handedOver(live: Live, entry: MembershipEntry): void {
  const { queryClient, me } = live
  const before = entry.user_id
  patchRole(queryClient, entry.room_id, before, 'admin')
  if (before === me.id) patchRoom(queryClient, entry.room_id, () => ({ role: 'admin' }))
  roleChanged(live, { ...entry, role: 'owner' })
  patchRoom(queryClient, entry.room_id, () => ({ owner_id: entry.member.user_id }))
}

const notYours = 'no longer has you as a member'

/** Tells the reader, once, why a room has gone, unless it was their own doing. */
function farewell(queryClient: QueryClient, roomId: string, what: string): void {
  const room = findMine(queryClient, roomId)
  if (room === undefined || leaving.has(roomId)) return
  toast(`${room.name} ${what}.`)
  dropRoom(queryClient, roomId)
}

function counted({ queryClient, me }: Live, entry: RoomEntry): void {
  const { room_id, seq, messages } = entry
  patchRoom(queryClient, room_id, () => ({ head: seq, messages }))
  // Whoever answers, on whatever device, has read what was there.
  if (entry.type === 'message' && entry.user_id === me.id) markRead(room_id, { seq, messages })
}

function refetchRoom(queryClient: QueryClient, roomId: string): void {
  void queryClient.invalidateQueries({ queryKey: roomKeys.mine })
  void queryClient.invalidateQueries({ queryKey: roomKeys.one(roomId) })
  void queryClient.invalidateQueries({ queryKey: roomKeys.members(roomId) })
}
