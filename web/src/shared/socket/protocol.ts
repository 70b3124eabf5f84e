/** The WebSocket's messages, as asyncapi.yaml has them. Types and fields that are not here are ignored. */
import type { ErrorCode } from '@/shared/api/problem'
import type { Role, Room, User, Visibility } from '@/shared/api/types'

export type Person = { user_id: string; username: string }

type Envelope = {
  seq: number
  user_id: string
  username: string
  key: string
  /** RFC 3339, from the server. */
  timestamp: string
}

type RoomEnvelope = Envelope & {
  room_id: string
  /** How many messages the room has had, this entry included. */
  messages: number
}
type RoomFields = { name: string; description: string; visibility: Visibility }

export type MessageEntry = RoomEnvelope & { type: 'message'; content: string }
export type RoomCreated = RoomEnvelope & RoomFields & { type: 'room_created' }
export type RoomChanged = RoomEnvelope & RoomFields & { type: 'room_changed' }
export type MembershipEntry = RoomEnvelope & {
  type: 'member_added' | 'member_removed' | 'member_role' | 'owner_changed'
  member: Person
  role: Role
}
export type RoomDeleted = RoomEnvelope & { type: 'room_deleted' }
export type VoidEntry = RoomEnvelope & { type: 'void' }
export type RoomEntry =
  MessageEntry | RoomCreated | RoomChanged | MembershipEntry | RoomDeleted | VoidEntry

type UserEnvelope = Envelope & { stream: 'user' }
export type UserEntry =
  | (UserEnvelope & { type: 'room_added'; room_id: string; room: Room })
  | (UserEnvelope & { type: 'room_removed'; room_id: string })
  | (UserEnvelope & { type: 'session_ended'; session_id: string })

export type Hello = { type: 'hello'; user: User; user_head: number }
export type Reply = {
  type: 'reply'
  ref: string
  ok: true
  head?: number
  reset?: boolean
  seq?: number
  timestamp?: string
}
export type Refusal = {
  type: 'error'
  ref?: string
  code: ErrorCode
  message: string
  field?: string
  /** Seconds. */
  retry_after?: number
}
export type Signal =
  | { type: 'removed'; room_id: string }
  | { type: 'user_joined' | 'user_left'; room_id: string; users: Person[] }
  | { type: 'typing'; room_id: string; user_id: string; username: string }
  | { type: 'profile'; user_id: string }

export type Push = Hello | Reply | Refusal | RoomEntry | UserEntry | Signal

export type Command =
  | { type: 'subscribe'; room_id: string; after?: number }
  | { type: 'subscribe'; stream: 'user'; after?: number }
  | { type: 'unsubscribe'; room_id: string }
  | { type: 'send'; room_id: string; key: string; content: string }
  | { type: 'ping' }
  | { type: 'auth'; token: string }

/** An entry of a room, of whatever type: also of one that this client does not know yet. */
export function isRoomEntry(push: Push): push is RoomEntry {
  return 'seq' in push && 'room_id' in push && !('stream' in push)
}

export function isUserEntry(push: Push): push is UserEntry {
  return 'stream' in push
}

export const closeCodes = {
  goingAway: 1001,
  signedOut: 4001,
  disabled: 4003,
  tooSlow: 4008,
  flooding: 4029,
} as const
