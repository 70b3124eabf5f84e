import { accessToken, type Call, type Route } from './http'
import { FakeProblem } from './problem'

const whole = <T>(items: T[]) => ({ items, next_cursor: null })

function begin({ state, setCookie }: Call, userId: string, sessionId = state.id()) {
  const known = state.sessions.get(sessionId)
  state.sessions.set(
    sessionId,
    known ?? { id: sessionId, userId, device: 'Firefox on Linux', createdAt: state.now() },
  )
  setCookie(sessionId)
  return {
    access_token: accessToken(sessionId, Date.now() + state.tokenLife * 1000),
    token_type: 'bearer',
    expires_in: state.tokenLife,
    session_id: sessionId,
  }
}

function register(call: Call) {
  const { state, body } = call
  const username = String(body.username)
  if (state.users.size === 0 && state.setupCode !== null && body.setup_code !== state.setupCode) {
    throw new FakeProblem('setup_code_required')
  }
  const invite = [...state.invites.values()].find((one) => one.token === body.invite)
  if (state.users.size > 0 && state.registration === 'closed')
    throw new FakeProblem('registration_closed')
  if (state.users.size > 0 && state.registration === 'invite' && invite === undefined) {
    throw new FakeProblem('invite_required')
  }
  if (String(body.password) === 'password') {
    throw new FakeProblem('validation_failed', 'password: too common', 'password')
  }
  if (state.findUser(username) !== undefined) throw new FakeProblem('username_taken')
  if (invite !== undefined) invite.uses++
  const name = typeof body.display_name === 'string' ? body.display_name : username
  const { id, display_name, created_at, is_admin } = state.addUser(
    username,
    String(body.password),
    name,
  )
  return { id, username, display_name, created_at, is_admin }
}

function login(call: Call) {
  const user = call.state.findUser(String(call.body.username))
  if (user === undefined || user.password !== call.body.password) {
    throw new FakeProblem('invalid_credentials')
  }
  if (user.disabled) throw new FakeProblem('account_disabled')
  return begin(call, user.id)
}

function refresh(call: Call) {
  const session = call.state.sessions.get(call.cookie ?? '')
  if (session === undefined) throw new FakeProblem('unauthorized')
  return begin(call, session.userId, session.id)
}

function end({ state }: Call, ids: string[]): undefined {
  for (const id of ids) {
    state.sessions.delete(id)
    state.onSessionEnded(id)
  }
}

function publicUsers({ state, query, user }: Call) {
  user()
  const ids = query.get('ids')?.split(',')
  const name = query.get('username')
  const found = [...state.users.values()].filter(
    (one) => ids?.includes(one.id) === true || (name !== null && one === state.findUser(name)),
  )
  return whole(found.map(({ id, username, display_name }) => ({ id, username, display_name })))
}

const sessionsOf = ({ state }: Call, userId: string) =>
  [...state.sessions.values()].filter((session) => session.userId === userId)

export const accountRoutes: Route[] = [
  [
    'GET',
    '/server',
    ({ state }) => ({
      name: 'Parley',
      version: '0.1.0',
      registration: state.registration,
      setup_required: state.users.size === 0,
      setup_code_required: state.users.size === 0 && state.setupCode !== null,
      limits: {
        message_length: 4000,
        room_name_length: 64,
        room_description_length: 500,
        display_name_length: 64,
        username_min_length: 3,
        username_max_length: 32,
        password_min_length: 8,
        password_max_length: 128,
        page_size: 100,
        body_bytes: 65536,
        frame_bytes: 65536,
      },
    }),
  ],
  ['POST', '/auth/register', register],
  ['POST', '/auth/login', login],
  ['POST', '/auth/refresh', refresh],
  ['POST', '/auth/logout', (call) => end(call, [call.session().id])],
  [
    'POST',
    '/auth/logout-all',
    (call) =>
      end(
        call,
        sessionsOf(call, call.user().id).map((one) => one.id),
      ),
  ],
  ['GET', '/auth/me', (call) => ({ ...call.user(), password: undefined, stream: undefined })],
  [
    'PATCH',
    '/auth/me',
    (call) => {
      const user = call.user()
      user.display_name = String(call.body.display_name).trim()
      call.state.onProfile(user)
      return { ...user, password: undefined, stream: undefined }
    },
  ],
  [
    'POST',
    '/auth/password',
    (call) => {
      const user = call.user()
      if (user.password !== call.body.current_password) throw new FakeProblem('wrong_password')
      user.password = String(call.body.new_password)
      const { id } = call.session()
      return end(
        call,
        sessionsOf(call, user.id)
          .map((one) => one.id)
          .filter((one) => one !== id),
      )
    },
  ],
  [
    'POST',
    '/auth/password-reset',
    ({ state, body }) => {
      const user = state.users.get(state.resets.get(String(body.token)) ?? '')
      if (user === undefined) throw new FakeProblem('reset_link_invalid')
      user.password = String(body.new_password)
      state.resets.delete(String(body.token))
      return undefined
    },
  ],
  [
    'GET',
    '/auth/sessions',
    (call) =>
      whole(
        sessionsOf(call, call.user().id).map((session) => ({
          id: session.id,
          device: session.device,
          created_at: session.createdAt,
          last_used_at: session.createdAt,
          expires_at: new Date(Date.now() + 30 * 86_400_000).toISOString(),
          current: session.id === call.session().id,
        })),
      ),
  ],
  ['DELETE', '/auth/sessions/{id}', (call) => end(call, [call.params.id ?? ''])],
  ['GET', '/users', publicUsers],
]
