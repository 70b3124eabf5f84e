import type { Message } from '@/shared/api/types'
import { makeKey } from '@/shared/lib/keys'
import { isRecord, readStored, writeStored } from '@/shared/lib/storage'
import { Store } from '@/shared/lib/store'
import type { Reply } from '@/shared/socket/protocol'
import { RoomQueue } from './room-queue'

export type OutboxItem = {
  /** Made here, once: whatever happens, the server takes it as one message. */
  key: string
  roomId: string
  content: string
  /** `failed`: not sent without the reader's doing something. */
  state: 'pending' | 'sent' | 'failed'
  /** Where in the log it is, once it was sent. */
  seq?: number | undefined
  /** Why it failed. */
  reason?: string
  /** It may have been written all the same: later messages of the room wait for it, to stay in order. */
  doubtful?: boolean
}

export type Sender = { send: (roomId: string, key: string, content: string) => Promise<Reply> }

/** Messages on their way, in the order in which they were written. Survives a reload of the tab. */
export class Outbox {
  readonly items = new Store<readonly OutboxItem[]>([])
  readonly #queues = new Map<string, RoomQueue>()
  /** The newest message of each room that was seen in the log. */
  readonly #seen = new Map<string, number>()
  #sender: Sender | null = null
  #storageKey: string | undefined

  /** Takes up what this user's tab had not finished sending. */
  load(userId: string): void {
    this.#drop()
    this.#storageKey = `parley.outbox.${userId}`
    this.items.set(read(this.#storageKey))
  }

  /** At signing out: nothing that was written stays behind in the browser. */
  clear(): void {
    if (this.#storageKey !== undefined) writeStored(sessionStorage, this.#storageKey, undefined)
    this.#storageKey = undefined
    this.#drop()
  }

  connect(sender: Sender): void {
    this.#sender = sender
  }

  disconnect(): void {
    this.#sender = null
  }

  /** Connected: each room goes on with its oldest. */
  resume(): void {
    for (const roomId of new Set(this.items.get().map((item) => item.roomId))) {
      this.#queue(roomId).settleFirst()
    }
  }

  add(roomId: string, content: string): void {
    this.#change((items) => [...items, { key: makeKey(), roomId, content, state: 'pending' }])
    this.#queue(roomId).pump()
  }

  retry(key: string): void {
    const item = this.items.get().find((other) => other.key === key)
    if (item === undefined) return
    this.set(key, { state: 'pending', reason: undefined })
    this.#queue(item.roomId).settleFirst()
  }

  discard(key: string): void {
    const item = this.items.get().find((other) => other.key === key)
    this.#change((items) => items.filter((other) => other.key !== key))
    if (item !== undefined) this.#queue(item.roomId).pump()
  }

  /**
   * These messages are the newest in their room's log, as the reader can see: they have left the outbox, and so has what
   * lies before them, for of that nothing more is told.
   */
  settle(messages: Pick<Message, 'room_id' | 'seq' | 'key'>[]): void {
    const newest = messages.at(-1)
    if (newest === undefined) return
    const roomId = newest.room_id
    this.#seen.set(roomId, Math.max(newest.seq, this.#seen.get(roomId) ?? 0))
    const items = this.items.get()
    if (items.length === 0) return
    const keys = new Set(messages.map((message) => message.key))
    const left = items.filter((item) => !keys.has(item.key) && !this.#isPast(item))
    if (left.length === items.length) return
    this.#change(() => left)
    this.#queue(roomId).pump()
  }

  /** It is in the log, and shown until it is seen there. */
  sent(key: string, seq: number | undefined): void {
    this.set(key, { state: 'sent', seq, doubtful: undefined })
    this.#change((items) => items.filter((item) => item.key !== key || !this.#isPast(item)))
  }

  /** The room is gone for this reader. */
  forget(roomId: string): void {
    this.#queues.get(roomId)?.stop()
    this.#queues.delete(roomId)
    this.#change((items) => items.filter((item) => item.roomId !== roomId))
  }

  of(roomId: string): OutboxItem[] {
    return this.items.get().filter((item) => item.roomId === roomId)
  }

  /** What would be lost with the tab, or with the room. */
  unsent(roomId?: string): OutboxItem[] {
    const items = roomId === undefined ? this.items.get() : this.of(roomId)
    return items.filter((item) => item.state !== 'sent')
  }

  set(key: string, change: { [K in keyof OutboxItem]?: OutboxItem[K] | undefined }): void {
    this.#change((items) => items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  }

  send(item: OutboxItem): Promise<Reply> | null {
    return this.#sender?.send(item.roomId, item.key, item.content) ?? null
  }

  #isPast({ roomId, seq = Infinity }: OutboxItem): boolean {
    return seq <= (this.#seen.get(roomId) ?? 0)
  }

  #drop(): void {
    this.#seen.clear()
    for (const queue of this.#queues.values()) queue.stop()
    this.#queues.clear()
    this.items.set([])
  }

  #queue(roomId: string): RoomQueue {
    const queue = this.#queues.get(roomId) ?? new RoomQueue(this, roomId)
    this.#queues.set(roomId, queue)
    return queue
  }

  #change(change: (items: readonly OutboxItem[]) => readonly OutboxItem[]): void {
    this.items.update(change)
    if (this.#storageKey === undefined) return
    const open = this.items.get().filter((item) => item.state !== 'sent')
    writeStored(sessionStorage, this.#storageKey, open.length === 0 ? undefined : open)
  }
}

function read(key: string): OutboxItem[] {
  const stored = readStored(sessionStorage, key)
  return Array.isArray(stored) ? stored.filter(isItem) : []
}

function isItem(value: unknown): value is OutboxItem {
  return (
    isRecord(value) &&
    ['key', 'roomId', 'content'].every((name) => typeof value[name] === 'string') &&
    (value.state === 'pending' || value.state === 'failed')
  )
}

export const outbox = new Outbox()
