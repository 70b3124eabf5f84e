import { api, call, open } from '@/shared/api/client'
import { session } from '@/shared/api/session'

export type Registration = {
  username: string
  password: string
  display_name?: string
  invite?: string
  setup_code?: string
}

export async function signIn(username: string, password: string): Promise<void> {
  session.begin(await call(open.POST('/auth/login', { body: { username, password } })))
}

/** Makes an account and signs in to it. Where only the account was made, the next try just signs in. */
export function makeSignUp(): (registration: Registration) => Promise<void> {
  let made: string | undefined
  return async (registration) => {
    const { username, password } = registration
    if (made !== username) await call(open.POST('/auth/register', { body: registration }))
    made = username
    await signIn(username, password)
  }
}

/** Only the server can end a session: while it does not answer, one stays signed in. */
export async function signOut(): Promise<void> {
  await call(api.POST('/auth/logout'))
  session.end('none')
}

export const resetPassword = (token: string, newPassword: string) =>
  call(open.POST('/auth/password-reset', { body: { token, new_password: newPassword } }))

export const previewInvite = (token: string) =>
  call(open.GET('/invites/{token}', { params: { path: { token } } }))

/** Where to go after signing in: a path of this app, never another site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/'
  return /^\/(?![/\\])/.test(next) ? next : '/'
}

export const withNext = (path: string, next: string): string =>
  next === '/' ? path : `${path}?${new URLSearchParams({ next }).toString()}`
