import type { QueryClient } from '@tanstack/react-query'
import { LateChanges } from '@/shared/api/late-changes'
import type { Member, Role, Room } from '@/shared/api/types'
import { roomKeys } from './keys'

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })
const byName = (a: Room, b: Room) => collator.compare(a.name, b.name)
const byUsername = (a: Member, b: Member) => (a.username < b.username ? -1 : 1)

export function findMine(queryClient: QueryClient, roomId: string): Room | undefined {
  return queryClient.getQueryData<Room[]>(roomKeys.mine)?.find((room) => room.id === roomId)
}

/** Puts a room that I am a member of into the list, or its newer state. */
export function putRoom(queryClient: QueryClient, room: Room): void {
  queryClient.setQueryData<Room[]>(roomKeys.mine, (rooms) =>
    rooms === undefined
      ? undefined
      : [...rooms.filter((other) => other.id !== room.id), room].sort(byName),
  )
  queryClient.setQueryData(roomKeys.one(room.id), room)
}

export function patchRoom(
  queryClient: QueryClient,
  roomId: string,
  patch: (room: Room) => Partial<Room>,
): void {
  const apply = (room: Room) => (room.id === roomId ? { ...room, ...patch(room) } : room)
  queryClient.setQueryData<Room[]>(roomKeys.mine, (rooms) => rooms?.map(apply).sort(byName))
  queryClient.setQueryData<Room>(roomKeys.one(roomId), (room) => room && apply(room))
}

/** Rooms that this tab is about to leave or delete: nobody needs to be told that they go. */
export const leaving = new Set<string>()

/** I am in this room no more: everything of it goes. */
export function dropRoom(queryClient: QueryClient, roomId: string): void {
  leaving.delete(roomId)
  queryClient.setQueryData<Room[]>(roomKeys.mine, (rooms) =>
    rooms?.filter((room) => room.id !== roomId),
  )
  queryClient.removeQueries({ queryKey: roomKeys.members(roomId) })
  queryClient.removeQueries({ queryKey: roomKeys.invites(roomId) })
  // Not removed: its page may be open, and then asks anew what one may still know of the room.
  void queryClient.resetQueries({ queryKey: roomKeys.one(roomId) })
}

export const lateMembers = new LateChanges<Member[]>()

function changeMembers(
  queryClient: QueryClient,
  roomId: string,
  change: (members: Member[]) => Member[],
): void {
  lateMembers.add(roomId, change)
  queryClient.setQueryData<Member[]>(
    roomKeys.members(roomId),
    (members) => members && change(members),
  )
}

export function putMember(queryClient: QueryClient, roomId: string, member: Member): void {
  changeMembers(queryClient, roomId, (members) =>
    [...members.filter((other) => other.user_id !== member.user_id), member].sort(byUsername),
  )
}

export function dropMember(queryClient: QueryClient, roomId: string, userId: string): void {
  changeMembers(queryClient, roomId, (members) =>
    members.filter((member) => member.user_id !== userId),
  )
}

export function patchRole(
  queryClient: QueryClient,
  roomId: string,
  userId: string,
  role: Role,
): void {
  changeMembers(queryClient, roomId, (members) =>
    members.map((member) => (member.user_id === userId ? { ...member, role } : member)),
  )
}
