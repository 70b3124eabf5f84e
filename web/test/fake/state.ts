/** What the fake server holds, in memory: as the contract describes it, and no more than the web app needs. */
import type { components } from '../../src/shared/api/schema'
import type { RoomEntry, UserEntry } from '../../src/shared/socket/protocol'

type Schemas = components['schemas']
export type Role = Schemas['Role']
export type FakeUser = Schemas['AdminUser'] & { password: string; stream: UserEntry[] }
export type FakeSession = { id: string; userId: string; device: string; createdAt: string }
export type FakeInvite = Schemas['Invite'] & { token: string; roomId: string | null }
export type FakeRoom = {
  id: string
  name: string
  description: string
  visibility: Schemas['Visibility']
  created_at: string
  members: Map<string, Role>
  entries: RoomEntry[]
}

export class FakeState {
  readonly users = new Map<string, FakeUser>()
  readonly sessions = new Map<string, FakeSession>()
  readonly rooms = new Map<string, FakeRoom>()
  readonly invites = new Map<string, FakeInvite>()
  readonly resets = new Map<string, string>()
  readonly tokens = new Map<string, Schemas['PersonalToken'] & { userId: string }>()
  /** Seconds that an access token is good for. */
  tokenLife = 900
  registration: Schemas['Server']['registration'] = 'open'
  setupCode: string | null = null
  /** Called with each entry once it is written. */
  onEntry: (room: FakeRoom, entry: RoomEntry) => void = () => undefined
  onUserEntry: (user: FakeUser, entry: UserEntry) => void = () => undefined
  onProfile: (user: FakeUser) => void = () => undefined
  onSessionEnded: (sessionId: string) => void = () => undefined
  #lastId = 0
  #clock = () => new Date()

  /** For histories: what is written until the next call was written then. */
  setClock(clock: () => Date): void {
    this.#clock = clock
  }

  now(): string {
    return this.#clock().toISOString()
  }

  id(): string {
    return `01j9z${String(++this.#lastId).padStart(21, '0')}`
  }

  addUser(username: string, password: string, display_name = username): FakeUser {
    const user: FakeUser = {
      id: this.id(),
      username,
      display_name,
      created_at: this.now(),
      is_admin: this.users.size === 0,
      disabled: false,
      password,
      stream: [],
    }
    this.users.set(user.id, user)
    return user
  }

  findUser(username: string): FakeUser | undefined {
    const folded = username.toLowerCase()
    return [...this.users.values()].find((user) => user.username.toLowerCase() === folded)
  }

  addRoom(
    owner: FakeUser,
    fields: Pick<FakeRoom, 'name' | 'description' | 'visibility'>,
  ): FakeRoom {
    const room: FakeRoom = {
      id: this.id(),
      ...fields,
      created_at: this.now(),
      members: new Map([[owner.id, 'owner']]),
      entries: [],
    }
    this.rooms.set(room.id, room)
    this.append(room, owner, { type: 'room_created', ...fields })
    this.#tell(owner, room)
    return room
  }

  /** Writes an entry; the same key from the same user yields the first one. */
  append(room: FakeRoom, user: FakeUser, fields: Record<string, unknown>): RoomEntry {
    const known = room.entries.find((one) => one.user_id === user.id && one.key === fields.key)
    if (known !== undefined) return known
    const seq = room.entries.length + 1
    const entry = {
      room_id: room.id,
      seq,
      user_id: user.id,
      username: user.username,
      key: `~${seq}`,
      timestamp: this.now(),
      messages: (room.entries.at(-1)?.messages ?? 0) + (fields.type === 'message' ? 1 : 0),
      ...fields,
    } as unknown as RoomEntry
    room.entries.push(entry)
    // Pushed after the reply to whoever wrote it.
    queueMicrotask(() => this.onEntry(room, entry))
    return entry
  }

  join(room: FakeRoom, user: FakeUser, by = user, role: Role = 'member'): void {
    if (room.members.has(user.id)) return
    room.members.set(user.id, role)
    const member = { user_id: user.id, username: user.username }
    this.append(room, by, { type: 'member_added', member, role })
    this.#tell(user, room)
  }

  leave(room: FakeRoom, user: FakeUser, by = user): void {
    const role = room.members.get(user.id)
    if (role === undefined) return
    const member = { user_id: user.id, username: user.username }
    this.append(room, by, { type: 'member_removed', member, role })
    room.members.delete(user.id)
    this.#userEntry(user, { type: 'room_removed', room_id: room.id })
  }

  roomFor(room: FakeRoom, user: FakeUser): Schemas['Room'] {
    const owner = [...room.members].find(([, role]) => role === 'owner')
    return {
      id: room.id,
      name: room.name,
      description: room.description,
      visibility: room.visibility,
      owner_id: owner?.[0] ?? '',
      created_at: room.created_at,
      member_count: room.members.size,
      role: room.members.get(user.id) ?? null,
      head: room.entries.length,
      messages: room.entries.at(-1)?.messages ?? 0,
    }
  }

  #tell(user: FakeUser, room: FakeRoom): void {
    const fields = { type: 'room_added', room_id: room.id, room: this.roomFor(room, user) }
    this.#userEntry(user, fields)
  }

  #userEntry(user: FakeUser, fields: Record<string, unknown>): void {
    const seq = user.stream.length + 1
    const entry = {
      stream: 'user',
      seq,
      user_id: user.id,
      username: user.username,
      key: `~${seq}`,
      timestamp: this.now(),
      ...fields,
    } as unknown as UserEntry
    user.stream.push(entry)
    this.onUserEntry(user, entry)
  }
}
