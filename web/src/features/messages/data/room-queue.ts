import { sentence } from '@/shared/api/problem'
import { CommandError } from '@/shared/socket/link'
import type { Outbox, OutboxItem } from './outbox'

// After these the server may have written the message, or had too much to do: the same key again is safe and right.
const passing = new Set([
  'rate_limited',
  'store_unavailable',
  'busy',
  'internal_error',
  'outcome_unknown',
  'timeout',
])
const maxInFlight = 16
const maxAttempts = 7

/**
 * Sends one room's messages in their order. Normally several are on their way at once. After a failure that passes, or a
 * lost connection, the oldest goes alone, until it is known to be written; only then do the others follow.
 */
export class RoomQueue {
  readonly #outbox: Outbox
  readonly #roomId: string
  readonly #inFlight = new Set<string>()
  #oneByOne = false
  #attempts = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(outbox: Outbox, roomId: string) {
    this.#outbox = outbox
    this.#roomId = roomId
  }

  settleFirst(): void {
    this.#oneByOne = true
    this.#attempts = 0
    this.stop()
    this.pump()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  pump(): void {
    if (this.#timer !== undefined) return
    const items = this.#outbox.of(this.#roomId)
    // A message that may be in the log already, and that the reader has to decide on, holds up those after it.
    const open = items.slice(
      0,
      until(items, (item) => item.doubtful === true && item.state === 'failed'),
    )
    const waiting = open.filter((item) => item.state === 'pending' && !this.#inFlight.has(item.key))
    const room = (this.#oneByOne ? 1 : maxInFlight) - this.#inFlight.size
    for (const item of waiting.slice(0, Math.max(0, room))) this.#send(item)
  }

  #send(item: OutboxItem): void {
    const reply = this.#outbox.send(item)
    if (reply === null) return
    this.#inFlight.add(item.key)
    reply.then(
      ({ seq }) => this.#sent(item, seq),
      (error: unknown) => this.#notSent(item, error),
    )
  }

  #sent({ key }: OutboxItem, seq: number | undefined): void {
    this.#inFlight.delete(key)
    this.#oneByOne = false
    this.#attempts = 0
    this.#outbox.sent(key, seq)
    this.pump()
  }

  #notSent({ key }: OutboxItem, error: unknown): void {
    this.#inFlight.delete(key)
    const code = error instanceof CommandError ? error.code : 'internal_error'
    if (code === 'disconnected') {
      // The outbox resumes with the next connection.
      this.#oneByOne = true
      this.#outbox.set(key, { doubtful: true })
    } else if (passing.has(code)) {
      this.#outbox.set(key, { doubtful: true })
      this.#later(error instanceof CommandError ? error.retryAfter : undefined)
    } else {
      const reason =
        error instanceof CommandError ? sentence(error.message, error.field) : 'Refused.'
      this.#outbox.set(key, { state: 'failed', reason, doubtful: undefined })
      this.pump()
    }
  }

  /** The others on their way get the same answer; the wait begins once, with the first. */
  #later(retryAfter: number | undefined): void {
    this.#oneByOne = true
    if (this.#timer !== undefined) return
    if (++this.#attempts >= maxAttempts) {
      this.#giveUp()
      return
    }
    const backoff = Math.min(8_000, 500 * 2 ** (this.#attempts - 1))
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.pump()
      },
      Math.max(retryAfter === undefined ? 0 : retryAfter * 1000, backoff),
    )
  }

  #giveUp(): void {
    const oldest = this.#outbox.of(this.#roomId).find((item) => item.state === 'pending')
    if (oldest === undefined) return
    this.#attempts = 0
    this.#outbox.set(oldest.key, {
      state: 'failed',
      doubtful: true,
      reason: 'The server could not take it for some time.',
    })
  }
}

function until<T>(items: T[], stop: (item: T) => boolean): number {
  const index = items.findIndex(stop)
  return index === -1 ? items.length : index
}
