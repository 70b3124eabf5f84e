import { Store } from '@/shared/lib/store'
import { delayAfter } from './backoff'
import { Events, type SocketEvents } from './events'
import { CommandError, Link } from './link'
import { closeCodes, type Hello, type Reply } from './protocol'
import { Subscriptions } from './subscriptions'

export type SocketState =
  | { phase: 'stopped' }
  | { phase: 'connecting'; first: boolean }
  | { phase: 'open' }
  /** `until` in milliseconds since the epoch, by this device's clock. */
  | { phase: 'waiting'; until: number }

export type SocketOptions = {
  url: () => string
  /**
   * A token for a connection; null when signed out. Throws when the server does not answer. After a connection that ended
   * or was refused it must be a new one: the session may have ended, and only renewing tells.
   */
  token: (first: boolean) => Promise<string | null>
  onSignedOut: (reason: 'ended' | 'disabled') => void
  random?: () => number
}

// An opening that lasts this long was a success: the next failure starts the backoff anew.
const stableAfter = 10_000

/** The one connection to the server: kept up, resumed, and shared by all features. */
export class Socket {
  readonly state = new Store<SocketState>({ phase: 'stopped' })
  readonly #options: SocketOptions
  readonly #events = new Events()
  readonly #subscriptions = new Subscriptions(this.#events)
  #link: Link | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #attempt = 0
  #run = 0

  constructor(options: SocketOptions) {
    this.#options = options
  }

  on<K extends keyof SocketEvents>(type: K, handler: (...args: SocketEvents[K]) => void) {
    return this.#events.on(type, handler)
  }

  follow = (roomId: string, head: number): void => this.#subscriptions.follow(roomId, head)
  unfollow = (roomId: string): void => this.#subscriptions.unfollow(roomId)
  replay = (roomId: string, seq: number): void => this.#subscriptions.replay(roomId, seq)

  start(): void {
    if (this.state.get().phase !== 'stopped') return
    this.#attempt = 0
    void this.#connect(true)
  }

  stop(): void {
    this.#run++
    clearTimeout(this.#timer)
    this.state.set({ phase: 'stopped' })
    const link = this.#link
    // Let go of before it is closed: the end of a link that is still held is waited out, and another one is made.
    this.#link = null
    link?.close(1000)
    this.#subscriptions.clear()
  }

  /** The network may be back, or somebody looks again: do not wait any longer. */
  nudge(): void {
    const { phase } = this.state.get()
    if (phase === 'waiting') void this.#connect(false)
    else if (phase === 'open') this.#link?.probe()
  }

  send(roomId: string, key: string, content: string): Promise<Reply> {
    if (this.#link === null || this.state.get().phase !== 'open') {
      return Promise.reject(new CommandError('disconnected', 'Not connected.'))
    }
    return this.#link.request({ type: 'send', room_id: roomId, key, content })
  }

  typing(roomId: string): void {
    if (this.state.get().phase === 'open') this.#link?.tell({ type: 'typing', room_id: roomId })
  }

  /** Passes a new access token on before the one that the connection was made with ends. */
  renewed(token: string): void {
    if (this.state.get().phase !== 'open') return
    this.#link?.request({ type: 'auth', token }).catch(() => undefined)
  }

  async #connect(first: boolean): Promise<void> {
    clearTimeout(this.#timer)
    const run = ++this.#run
    this.state.set({ phase: 'connecting', first })
    let token: string | null
    try {
      token = await this.#options.token(first)
    } catch {
      if (run === this.#run) this.#wait(1006)
      return
    }
    if (run !== this.#run) return
    // Signed out: whoever gave no token has said so already, and will stop this.
    if (token === null) return
    const link = new Link(this.#options.url(), token, {
      onHello: (hello) => void this.#opened(link, hello),
      onPush: (push) => this.#subscriptions.receive(push),
      onClose: (code) => this.#closed(link, code),
    })
    this.#link = link
  }

  async #opened(link: Link, hello: Hello): Promise<void> {
    if (link !== this.#link) return
    this.state.set({ phase: 'open' })
    this.#timer = setTimeout(() => (this.#attempt = 0), stableAfter)
    this.#events.emit('open', true)
    await this.#subscriptions.resume(link, hello.user_head)
    if (link === this.#link) this.#events.emit('resumed')
  }

  #closed(link: Link, code: number): void {
    if (link !== this.#link) return
    this.#link = null
    this.#subscriptions.suspend()
    clearTimeout(this.#timer)
    if (this.state.get().phase === 'open') this.#events.emit('open', false)
    if (code === closeCodes.disabled) this.#options.onSignedOut('disabled')
    // 4001: the token ended or the session did. Trying again renews the token first, and that tells which.
    else this.#wait(code)
  }

  #wait(code: number): void {
    const delay = delayAfter(code, this.#attempt++, this.#options.random)
    this.state.set({ phase: 'waiting', until: Date.now() + delay })
    this.#timer = setTimeout(() => void this.#connect(false), delay)
  }
}
