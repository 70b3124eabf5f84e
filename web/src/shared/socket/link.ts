import type { ErrorCode } from '@/shared/api/problem'
import type { Command, Hello, Push, Reply } from './protocol'

/** Why a command got no reply: the server's code, or that the outcome is open. */
export class CommandError extends Error {
  constructor(
    readonly code: ErrorCode | 'disconnected' | 'timeout',
    message: string,
    /** Seconds. */
    readonly retryAfter?: number,
    readonly field?: string,
  ) {
    super(message)
    this.name = 'CommandError'
  }
}

type Waiting = {
  resolve: (reply: Reply) => void
  reject: (error: CommandError) => void
  timer: ReturnType<typeof setTimeout>
}

export type LinkEvents = {
  onHello: (hello: Hello) => void
  onPush: (push: Push) => void
  /** Once, also when the link never opened. */
  onClose: (code: number) => void
}

const helloTimeout = 10_000
const idleBeforePing = 20_000
const pingTimeout = 8_000
// The server answers a send within 9 s; what takes longer is lost.
const replyTimeout = 15_000

/** One WebSocket from opening to closing: commands with their replies, and a watch over whether it is alive. */
export class Link {
  readonly #socket: WebSocket
  readonly #events: LinkEvents
  readonly #waiting = new Map<string, Waiting>()
  #watch: ReturnType<typeof setTimeout>
  #lastRef = 0
  #closed = false

  constructor(url: string, token: string, events: LinkEvents) {
    this.#events = events
    this.#socket = new WebSocket(url, ['parley.v1', `bearer.${token}`])
    this.#socket.onmessage = (event) => this.#receive(event.data)
    this.#socket.onclose = (event) => this.#end(event.code)
    this.#watch = setTimeout(() => this.close(), helloTimeout)
  }

  request(command: Command, timeout = replyTimeout): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) {
        reject(new CommandError('disconnected', 'Not connected.'))
        return
      }
      const ref = String(++this.#lastRef)
      const timer = setTimeout(() => {
        this.#waiting.delete(ref)
        reject(new CommandError('timeout', 'No answer from the server.'))
      }, timeout)
      this.#waiting.set(ref, { resolve, reject, timer })
      this.#socket.send(JSON.stringify({ ...command, ref }))
    })
  }

  /** Sends what has no answer; dropped when not connected. */
  tell(message: { type: 'typing'; room_id: string }): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Asks for a sign of life; without one the link is given up. */
  probe(): void {
    clearTimeout(this.#watch)
    this.request({ type: 'ping' }, pingTimeout).catch(() => this.close())
  }

  /** Gives the link up at once: a closing handshake over a dead network would take a minute. */
  close(code = 1006): void {
    this.#socket.onmessage = null
    this.#socket.onclose = null
    this.#socket.close()
    this.#end(code)
  }

  #receive(data: unknown): void {
    const push = parse(data)
    if (push === undefined) return
    this.#rearm()
    if (push.type === 'hello') this.#events.onHello(push)
    else if (push.type === 'reply' || push.type === 'error') this.#settle(push)
    else this.#events.onPush(push)
  }

  #settle(push: Extract<Push, { type: 'reply' | 'error' }>): void {
    if (push.ref === undefined) return
    const waiting = this.#waiting.get(push.ref)
    if (waiting === undefined) return
    this.#waiting.delete(push.ref)
    clearTimeout(waiting.timer)
    if (push.type === 'reply') waiting.resolve(push)
    else waiting.reject(new CommandError(push.code, push.message, push.retry_after, push.field))
  }

  #rearm(): void {
    clearTimeout(this.#watch)
    this.#watch = setTimeout(() => this.probe(), idleBeforePing)
  }

  #end(code: number): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#watch)
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new CommandError('disconnected', 'The connection was lost.'))
    }
    this.#waiting.clear()
    this.#events.onClose(code)
  }
}

function parse(data: unknown): Push | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return JSON.parse(data) as Push
  } catch {
    return undefined
  }
}
