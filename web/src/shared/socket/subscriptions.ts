import { makeLimit } from '@/shared/lib/limit'
import type { Events } from './events'
import { CommandError, type Link } from './link'
import { isRoomEntry, isUserEntry, type Push, type RoomEntry } from './protocol'

// So many at a time: a server that is asked for too much says when to go on, and only these wait then.
const maxAtOnce = 50

/**
 * What this client follows, and up to where it has seen it. The cursors outlive a connection: after a reconnect each
 * stream is resumed after its cursor, so that nothing is missed and nothing comes twice.
 */
export class Subscriptions {
  readonly #events: Events
  readonly #cursors = new Map<string, number>()
  /** The rooms that the present connection is subscribed to. */
  readonly #live = new Set<string>()
  /** What is to be sent again, and from where on. */
  readonly #replays = new Map<string, number>()
  readonly #limit = makeLimit(maxAtOnce)
  #userCursor: number | undefined
  #link: Link | null = null

  constructor(events: Events) {
    this.#events = events
  }

  /** Follows a room from its entry `head` on. Following it again changes nothing. */
  follow(roomId: string, head: number): void {
    if (this.#cursors.has(roomId)) return
    this.#cursors.set(roomId, head)
    if (this.#link !== null) void this.#subscribe(this.#link, roomId)
  }

  unfollow(roomId: string): void {
    if (!this.#forget(roomId)) return
    this.#link?.request({ type: 'unsubscribe', room_id: roomId }).catch(() => undefined)
  }

  /** Has what lies after `seq` sent again, for the lines that pages of messages leave out; when connected, at last. */
  replay(roomId: string, seq: number): void {
    this.#replays.set(roomId, seq)
    if (this.#link !== null && this.#live.has(roomId)) void this.#replay(this.#link, roomId)
  }

  /** On a new connection: all streams, each after its cursor. */
  async resume(link: Link, userHead: number): Promise<void> {
    this.#link = link
    const work = [...this.#cursors.keys()].map((roomId) => this.#subscribe(link, roomId))
    if (this.#userCursor !== undefined && this.#userCursor < userHead) {
      work.unshift(this.#resumeUser(link, this.#userCursor))
    } else {
      this.#userCursor = userHead
    }
    await Promise.all(work)
  }

  suspend(): void {
    this.#link = null
    this.#live.clear()
  }

  clear(): void {
    this.suspend()
    this.#cursors.clear()
    this.#replays.clear()
    this.#userCursor = undefined
  }

  receive(push: Push): void {
    if (isRoomEntry(push)) this.#receiveEntry(push)
    else if (isUserEntry(push)) {
      if (push.seq <= (this.#userCursor ?? 0)) return
      this.#userCursor = push.seq
      this.#events.emit(push.type, ...([push] as never))
    } else {
      if (push.type === 'removed') this.#forget(push.room_id)
      this.#events.emit(push.type as 'removed', push as never)
    }
  }

  #receiveEntry(entry: RoomEntry): void {
    const cursor = this.#cursors.get(entry.room_id)
    if (cursor === undefined) return
    const fresh = entry.seq > cursor
    if (fresh) this.#cursors.set(entry.room_id, entry.seq)
    this.#events.emit(entry.type, ...([entry, { fresh }] as never))
    this.#events.emit('entry', entry, { fresh })
  }

  #subscribe(link: Link, roomId: string): Promise<void> {
    return this.#limit(() => this.#subscribeNow(link, roomId))
  }

  async #subscribeNow(link: Link, roomId: string): Promise<void> {
    const after = this.#cursors.get(roomId)
    if (after === undefined || link !== this.#link) return
    try {
      const reply = await link.request({ type: 'subscribe', room_id: roomId, after })
      if (link !== this.#link || !this.#cursors.has(roomId)) return
      this.#live.add(roomId)
      if (this.#replays.has(roomId)) void this.#replay(link, roomId)
      if (reply.reset !== true) return
      this.#cursors.set(roomId, Math.max(reply.head ?? after, this.#cursors.get(roomId) ?? 0))
      this.#events.emit('reset', roomId)
    } catch (error) {
      await this.#refused(link, roomId, error)
    }
  }

  async #replay(link: Link, roomId: string): Promise<void> {
    const after = this.#replays.get(roomId)
    if (after === undefined) return
    this.#replays.delete(roomId)
    try {
      await link.request({ type: 'subscribe', room_id: roomId, after })
    } catch {
      // The lines stay away until the room is opened anew: they only say who came and went.
    }
  }

  /** Whether it was followed. */
  #forget(roomId: string): boolean {
    this.#live.delete(roomId)
    this.#replays.delete(roomId)
    return this.#cursors.delete(roomId)
  }

  async #refused(link: Link, roomId: string, error: unknown): Promise<void> {
    if (!(error instanceof CommandError) || link !== this.#link) return
    if (error.code === 'not_found' || error.code === 'forbidden') {
      // Removed, or the room deleted, while nobody was listening.
      if (this.#forget(roomId)) this.#events.emit('removed', { type: 'removed', room_id: roomId })
    } else if (error.code !== 'disconnected' && error.code !== 'too_many_subscriptions') {
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 2) * 1000))
      await this.#subscribeNow(link, roomId)
    }
  }

  async #resumeUser(link: Link, after: number): Promise<void> {
    try {
      const reply = await link.request({ type: 'subscribe', stream: 'user', after })
      if (reply.reset !== true) return
      this.#userCursor = reply.head ?? after
      this.#events.emit('user_reset')
    } catch {
      // The cursor stands: the next connection tries again.
    }
  }
}
