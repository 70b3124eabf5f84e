import type { RoomEntry, Signal, UserEntry } from './protocol'

/**
 * `fresh` is false for an entry that was asked for again and whose effects are known: it belongs on the page, but it
 * changes no state and counts nothing.
 */
type EntryInfo = { fresh: boolean }

type EntryEvents = { [E in RoomEntry as E['type']]: [entry: E, info: EntryInfo] }
type UserEvents = { [E in UserEntry as E['type']]: [entry: E] }
type SignalEvents = { [S in Signal as S['type']]: [signal: S] }

export type SocketEvents = EntryEvents &
  UserEvents &
  SignalEvents & {
    /** Any entry of a room, after its own handlers, also one of an unknown type. */
    entry: [entry: RoomEntry, info: EntryInfo]
    /** Connected anew: what is no entry (presence, names) may have been missed. */
    resumed: []
    /** More was missed in this room than is sent again: drop what was kept and load a page. */
    reset: [roomId: string]
    /** More was missed in the user's own stream than is sent again. */
    user_reset: []
    /** Any change of the connection's being open. */
    open: [open: boolean]
  }

type Handler<A extends unknown[]> = (...args: A) => void

/** The typed handlers that features register. */
export class Events {
  readonly #handlers = new Map<string, Set<Handler<never[]>>>()

  on<K extends keyof SocketEvents>(type: K, handler: Handler<SocketEvents[K]>): () => void {
    const handlers = this.#handlers.get(type) ?? new Set()
    this.#handlers.set(type, handlers)
    handlers.add(handler as Handler<never[]>)
    return () => {
      handlers.delete(handler as Handler<never[]>)
    }
  }

  emit<K extends keyof SocketEvents>(type: K, ...args: SocketEvents[K]): void {
    for (const handler of [...(this.#handlers.get(type) ?? [])]) {
      try {
        ;(handler as Handler<SocketEvents[K]>)(...args)
      } catch (error) {
        // One feature's fault must not keep an entry from the others.
        reportError(error)
      }
    }
  }
}
