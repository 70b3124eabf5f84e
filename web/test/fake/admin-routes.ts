import type { Call, Route } from './http'
import { FakeProblem } from './problem'
import type { FakeInvite } from './state'

const whole = <T>(items: T[]) => ({ items, next_cursor: null })

function admin(call: Call) {
  const user = call.user()
  if (!user.is_admin) throw new FakeProblem('forbidden')
  return user
}

function target({ state, params }: Call) {
  const user = state.users.get(params.user_id ?? '')
  if (user === undefined) throw new FakeProblem('not_found')
  return user
}

export function makeInvite(
  { state, body }: Call,
  createdBy: string,
  roomId: string | null,
): FakeInvite {
  const hours = typeof body.expires_in_hours === 'number' ? body.expires_in_hours : 168
  const id = state.id()
  const invite: FakeInvite = {
    id,
    created_by: createdBy,
    created_at: state.now(),
    expires_at: new Date(Date.now() + hours * 3_600_000).toISOString(),
    max_uses: typeof body.max_uses === 'number' ? body.max_uses : null,
    uses: 0,
    token: `invite-${id}`,
    roomId,
  }
  state.invites.set(id, invite)
  return invite
}

export const withUrl = (invite: FakeInvite) => ({ ...invite, url: `/invite/${invite.token}` })

export function invitesOf({ state }: Call, roomId: string | null) {
  return whole([...state.invites.values()].filter((invite) => invite.roomId === roomId))
}

export function withdraw({ state, params }: Call): undefined {
  state.invites.delete(params.invite_id ?? '')
}

export const adminRoutes: Route[] = [
  [
    'GET',
    '/admin/users',
    (call) => {
      admin(call)
      const q = (call.query.get('q') ?? '').toLowerCase()
      const users = [...call.state.users.values()]
        .filter((user) => `${user.username} ${user.display_name}`.toLowerCase().includes(q))
        .map((user) => ({ ...user, password: undefined, stream: undefined }))
      return whole(users)
    },
  ],
  [
    'PATCH',
    '/admin/users/{user_id}',
    (call) => {
      admin(call)
      const user = target(call)
      user.disabled = call.body.disabled === true
      return { ...user, password: undefined, stream: undefined }
    },
  ],
  [
    'POST',
    '/admin/users/{user_id}/password-reset',
    (call) => {
      admin(call)
      const token = `reset-${call.state.id()}`
      call.state.resets.set(token, target(call).id)
      return {
        token,
        url: `/reset/${token}`,
        expires_at: new Date(Date.now() + 86_400_000).toISOString(),
      }
    },
  ],
  [
    'GET',
    '/admin/invites',
    (call) => {
      admin(call)
      return invitesOf(call, null)
    },
  ],
  ['POST', '/admin/invites', (call) => withUrl(makeInvite(call, admin(call).id, null))],
  ['DELETE', '/admin/invites/{invite_id}', withdraw],
  [
    'GET',
    '/auth/tokens',
    (call) => {
      const { id } = call.user()
      return whole([...call.state.tokens.values()].filter((token) => token.userId === id))
    },
  ],
  [
    'POST',
    '/auth/tokens',
    (call) => {
      const days = call.body.expires_in_days
      const token = {
        id: call.state.id(),
        userId: call.user().id,
        name: String(call.body.name),
        created_at: call.state.now(),
        expires_at:
          typeof days === 'number' ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
        last_used_at: null,
      }
      call.state.tokens.set(token.id, token)
      return { ...token, token: `parley_pat_${token.id}` }
    },
  ],
  [
    'DELETE',
    '/auth/tokens/{id}',
    ({ state, params }) => {
      state.tokens.delete(params.id ?? '')
      return undefined
    },
  ],
]
