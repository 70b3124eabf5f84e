import { invitesOf, makeInvite, withdraw, withUrl } from './admin-routes'
import type { Call, Route } from './http'
import { FakeProblem } from './problem'
import type { FakeRoom, FakeUser, Role } from './state'

const whole = <T>(items: T[]) => ({ items, next_cursor: null })

/** The room, for one who may know of it. */
function known({ state, params, user }: Call): FakeRoom {
  const room = state.rooms.get(params.room_id ?? '')
  const visible = room?.visibility === 'public' || room?.members.has(user().id)
  if (room === undefined || visible !== true) throw new FakeProblem('not_found')
  return room
}

function joined(call: Call): FakeRoom {
  const room = known(call)
  if (!room.members.has(call.user().id)) throw new FakeProblem('forbidden')
  return room
}

function managed(call: Call): FakeRoom {
  const room = joined(call)
  if (room.members.get(call.user().id) === 'member') throw new FakeProblem('forbidden')
  return room
}

function target({ state, params }: Call): FakeUser {
  const user = state.users.get(params.user_id ?? '')
  if (user === undefined) throw new FakeProblem('not_found')
  return user
}

const asRoom = (call: Call, room: FakeRoom) => call.state.roomFor(room, call.user())

const asMember = (room: FakeRoom, user: FakeUser) => ({
  user_id: user.id,
  username: user.username,
  display_name: user.display_name,
  role: room.members.get(user.id),
})

function list(call: Call) {
  const q = (call.query.get('q') ?? '').toLowerCase()
  const mine = call.query.get('scope') !== 'public'
  const rooms = [...call.state.rooms.values()]
    .filter((room) => (mine ? room.members.has(call.user().id) : room.visibility === 'public'))
    .filter((room) => room.name.toLowerCase().includes(q))
  return whole(rooms.sort((a, b) => a.name.localeCompare(b.name)).map((room) => asRoom(call, room)))
}

function checkName({ state, body }: Call, visibility: unknown, own?: FakeRoom): void {
  const name = String(body.name).toLowerCase()
  const taken = [...state.rooms.values()].some(
    (room) => room !== own && room.visibility === 'public' && room.name.toLowerCase() === name,
  )
  if (taken && visibility === 'public') throw new FakeProblem('name_taken')
}

function create(call: Call) {
  const { name, description, visibility } = call.body as Pick<
    FakeRoom,
    'name' | 'description' | 'visibility'
  >
  checkName(call, visibility)
  return asRoom(call, call.state.addRoom(call.user(), { name, description, visibility }))
}

function update(call: Call) {
  const room = managed(call)
  const visibility = call.body.visibility ?? room.visibility
  if (call.body.name !== undefined) checkName(call, visibility, room)
  Object.assign(room, call.body)
  const { name, description } = room
  call.state.append(room, call.user(), { type: 'room_changed', name, description, visibility })
  return asRoom(call, room)
}

function remove(call: Call): undefined {
  const room = joined(call)
  if (room.members.get(call.user().id) !== 'owner') throw new FakeProblem('forbidden')
  call.state.append(room, call.user(), { type: 'room_deleted' })
  call.state.rooms.delete(room.id)
}

function leave(call: Call): undefined {
  const room = known(call)
  if (room.members.get(call.user().id) === 'owner') throw new FakeProblem('owner_must_hand_over')
  call.state.leave(room, call.user())
}

function changeRole(call: Call) {
  const room = managed(call)
  const user = target(call)
  const role = call.body.role as Role
  const member = { user_id: user.id, username: user.username }
  if (role === 'owner') room.members.set(call.user().id, 'admin')
  room.members.set(user.id, role)
  const type = role === 'owner' ? 'owner_changed' : 'member_role'
  call.state.append(room, call.user(), { type, member, role })
  return asMember(room, user)
}

function page(call: Call) {
  const limit = Number(call.query.get('limit') ?? 50)
  const before = Number(call.query.get('before') ?? Infinity)
  const after = Number(call.query.get('after') ?? 0)
  const all = joined(call).entries.filter(
    (entry) => entry.type === 'message' && entry.seq < before && entry.seq > after,
  )
  const messages = call.query.has('after') ? all.slice(0, limit) : all.slice(-limit)
  return { messages, has_more: all.length > limit }
}

function accept(call: Call) {
  const invite = [...call.state.invites.values()].find((one) => one.token === call.params.token)
  const room = call.state.rooms.get(invite?.roomId ?? '')
  if (invite === undefined || room === undefined) throw new FakeProblem('not_found')
  invite.uses++
  call.state.join(room, call.user())
  return asRoom(call, room)
}

function preview({ state, params }: Call) {
  const invite = [...state.invites.values()].find((one) => one.token === params.token)
  if (invite === undefined) throw new FakeProblem('not_found')
  const room = state.rooms.get(invite.roomId ?? '')
  return {
    kind: invite.roomId === null ? 'server' : 'room',
    valid: invite.max_uses === null || invite.uses < invite.max_uses,
    expires_at: invite.expires_at,
    room: room === undefined ? null : { ...room, member_count: room.members.size },
  }
}

export const roomRoutes = (present: (room: FakeRoom) => FakeUser[]): Route[] => [
  ['GET', '/rooms', list],
  ['POST', '/rooms', create],
  ['GET', '/rooms/{room_id}', (call) => asRoom(call, known(call))],
  ['PATCH', '/rooms/{room_id}', update],
  ['DELETE', '/rooms/{room_id}', remove],
  [
    'POST',
    '/rooms/{room_id}/join',
    (call) => {
      call.state.join(known(call), call.user())
      return asRoom(call, known(call))
    },
  ],
  ['POST', '/rooms/{room_id}/leave', leave],
  [
    'GET',
    '/rooms/{room_id}/members',
    (call) => {
      const room = joined(call)
      const users = [...room.members.keys()].flatMap((id) => call.state.users.get(id) ?? [])
      return whole(users.map((user) => asMember(room, user)))
    },
  ],
  [
    'PUT',
    '/rooms/{room_id}/members/{user_id}',
    (call) => {
      const room = managed(call)
      call.state.join(room, target(call), call.user())
      return asMember(room, target(call))
    },
  ],
  ['PATCH', '/rooms/{room_id}/members/{user_id}', changeRole],
  [
    'DELETE',
    '/rooms/{room_id}/members/{user_id}',
    (call) => {
      call.state.leave(managed(call), target(call), call.user())
      return undefined
    },
  ],
  ['GET', '/rooms/{room_id}/invites', (call) => invitesOf(call, managed(call).id)],
  [
    'POST',
    '/rooms/{room_id}/invites',
    (call) => withUrl(makeInvite(call, call.user().id, managed(call).id)),
  ],
  ['DELETE', '/rooms/{room_id}/invites/{invite_id}', withdraw],
  ['GET', '/rooms/{room_id}/messages', page],
  [
    'GET',
    '/rooms/{room_id}/presence',
    (call) => ({
      users: present(joined(call)).map(({ id, username }) => ({ user_id: id, username })),
    }),
  ],
  ['GET', '/invites/{token}', preview],
  ['POST', '/invites/{token}/accept', accept],
]
