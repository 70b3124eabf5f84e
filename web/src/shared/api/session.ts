import { apiBase } from '@/shared/config'
import { Store } from '@/shared/lib/store'
import { ApiError, hasCode } from './problem'
import { problemFrom, reach } from './transport'
import type { Token } from './types'

export type SignedOutReason = 'none' | 'ended' | 'disabled'
export type AuthState =
  | { status: 'starting' }
  | { status: 'unreachable' }
  | { status: 'signed-out'; reason: SignedOutReason }
  | { status: 'signed-in'; sessionId: string }

// A token is renewed when less than this is left of it, but not before half of its life.
const margin = 90_000
// Everything waits for it, so it must end where the network has swallowed it.
const requestTimeout = 10_000

/**
 * The sign-in of this tab. The access token is kept in memory only; a new one comes by the refresh cookie, which no
 * script can read. Several tabs may renew at once: the server gives them the same successor.
 */
class Session {
  readonly state = new Store<AuthState>({ status: 'starting' })
  readonly #renewed = new Set<(token: string) => void>()
  #token: { value: string; renewAt: number; madeAt: number } | null = null
  #renewing: Promise<string | null> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #generation = 0

  /** Calls back with each new access token, for a connection that must hear of it. */
  onRenewed(listener: (token: string) => void): () => void {
    this.#renewed.add(listener)
    return () => this.#renewed.delete(listener)
  }

  begin(token: Token): void {
    this.#adopt(token)
    const state = this.state.get()
    if (state.status === 'signed-in' && state.sessionId === token.session_id) {
      for (const listener of [...this.#renewed]) listener(token.access_token)
    } else {
      this.state.set({ status: 'signed-in', sessionId: token.session_id })
    }
  }

  end(reason: SignedOutReason): void {
    this.#generation++
    this.#token = null
    this.#renewing = null
    clearTimeout(this.#timer)
    if (this.state.get().status !== 'signed-out') this.state.set({ status: 'signed-out', reason })
  }

  /** At the page's start: is there a session? */
  async start(): Promise<void> {
    this.state.set({ status: 'starting' })
    try {
      await this.renew()
    } catch {
      if (this.state.get().status === 'starting') this.state.set({ status: 'unreachable' })
    }
  }

  /** The access token, renewed if it is about to end; null when signed out. Throws when the server does not answer. */
  async token(maxAge = Infinity): Promise<string | null> {
    const token = this.#token
    if (token === null) return null
    const now = performance.now()
    if (now < token.renewAt && now - token.madeAt <= maxAge) return token.value
    return this.renew()
  }

  /** A new access token; null (and signed out) when the session has ended. */
  renew(): Promise<string | null> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  async #renew(): Promise<string | null> {
    const generation = this.#generation
    try {
      const token = await requestToken()
      if (generation !== this.#generation) return this.#token?.value ?? null
      const before = this.state.get()
      this.begin(token)
      // Another tab signed somebody in meanwhile: what the one before had begun must not be done as them.
      if (before.status === 'signed-in' && before.sessionId !== token.session_id) {
        throw new ApiError('unauthorized', 'This session has ended.')
      }
      return token.access_token
    } catch (error) {
      if (generation !== this.#generation) return this.#token?.value ?? null
      if (hasCode(error, 'account_disabled')) this.end('disabled')
      else if (error instanceof ApiError && error.status === 401) this.end(this.#endReason())
      else throw error
      return null
    }
  }

  #endReason(): SignedOutReason {
    return this.state.get().status === 'signed-in' ? 'ended' : 'none'
  }

  #adopt(token: Token): void {
    const life = token.expires_in * 1000
    const now = performance.now()
    const renewIn = Math.max(life / 2, life - margin)
    this.#token = { value: token.access_token, renewAt: now + renewIn, madeAt: now }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#renewLater(), Math.min(renewIn, 2 ** 31 - 1))
  }

  async #renewLater(): Promise<void> {
    try {
      await this.renew()
    } catch {
      this.#timer = setTimeout(() => void this.#renewLater(), 5_000)
    }
  }
}

async function requestToken(): Promise<Token> {
  const request = new Request(`${apiBase}/auth/refresh`, {
    method: 'POST',
    credentials: 'include',
    signal: AbortSignal.timeout(requestTimeout),
  })
  const response = await reach(request)
  if (!response.ok) throw await problemFrom(response)
  return (await response.json()) as Token
}

export const session = new Session()
