import type { Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ErrorCode } from '../../src/shared/api/problem'
import { sessionOf } from './http'
import type { FakeRoom, FakeState, FakeUser } from './state'

type Client = { socket: WebSocket; user: FakeUser; sessionId: string; rooms: Set<string> }
type Command = Record<string, unknown> & { type: string; ref?: string }
export type SendFault = { code: ErrorCode; written: boolean; retry_after?: number }

const maxMissed = 1000

/** The WebSocket half: commands, and what the log pushes. */
export class Sockets {
  /** Answers the next sends, first in first out, instead of writing (or after writing). */
  readonly faults: (SendFault | 'silence' | null)[] = []
  /** Away for new connections. */
  away = false
  /** What the clients sent. */
  readonly received: Command[] = []
  readonly #clients = new Set<Client>()
  readonly #state: FakeState
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('parley.v1') ? 'parley.v1' : false),
  })

  constructor(state: FakeState, http: Server) {
    this.#state = state
    http.on('upgrade', (request, socket, head) => {
      const offered = request.headers['sec-websocket-protocol'] ?? ''
      const session = sessionOf(state, /bearer\.([^,\s]+)/.exec(offered)?.[1] ?? '')
      const user = state.users.get(session?.userId ?? '')
      if (this.away || session === undefined || user === undefined) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
        return
      }
      this.#server.handleUpgrade(request, socket, head, (opened) =>
        this.#open(opened, user, session.id),
      )
    })
    state.onEntry = (room, entry) => {
      this.#toRoom(room, entry)
      const gone = entry.type === 'member_removed' ? entry.member.user_id : undefined
      if (gone !== undefined || entry.type === 'room_deleted') this.#remove(room, gone)
    }
    state.onUserEntry = (user, entry) => this.#toUser(user, entry)
    state.onProfile = (user) => this.toAll({ type: 'profile', user_id: user.id })
    state.onSessionEnded = (id) => this.closeAll(4001, (client) => client.sessionId === id)
  }

  get count(): number {
    return this.#clients.size
  }

  present = (room: FakeRoom): FakeUser[] => [
    ...new Set(
      [...this.#clients].filter(({ rooms }) => rooms.has(room.id)).map(({ user }) => user),
    ),
  ]

  toAll(message: object): void {
    for (const client of this.#clients) send(client, message)
  }

  closeAll(code: number, which: (client: { sessionId: string }) => boolean = () => true): void {
    for (const client of [...this.#clients]) if (which(client)) client.socket.close(code)
  }

  /** Cuts all connections, without a close frame. */
  cut(): void {
    for (const client of [...this.#clients]) client.socket.terminate()
  }

  #open(socket: WebSocket, user: FakeUser, sessionId: string): void {
    const client: Client = { socket, user, sessionId, rooms: new Set() }
    this.#clients.add(client)
    socket.on('close', () => {
      this.#clients.delete(client)
      for (const id of client.rooms) this.#presence('user_left', id, user)
    })
    socket.on('message', (data: Buffer) => {
      const command = JSON.parse(data.toString()) as Command
      this.received.push(command)
      this.#obey(client, command)
    })
    send(client, { type: 'hello', user, user_head: user.stream.length })
  }

  #obey(client: Client, command: Command): void {
    const { type, ref } = command
    const room = this.#state.rooms.get(String(command.room_id))
    if (type === 'ping' || type === 'auth') send(client, { type: 'reply', ref, ok: true })
    else if (command.stream === 'user') this.#resumeUser(client, command)
    else if (!room?.members.has(client.user.id)) refuse(client, ref, 'not_found')
    else if (type === 'subscribe') this.#subscribe(client, room, command)
    else if (type === 'send') this.#write(client, room, command)
    else if (type === 'unsubscribe') {
      client.rooms.delete(room.id)
      send(client, { type: 'reply', ref, ok: true })
    } else if (type === 'typing') {
      const { id: user_id, username } = client.user
      this.#toRoom(room, { type: 'typing', room_id: room.id, user_id, username }, client)
    }
  }

  #subscribe(client: Client, room: FakeRoom, { ref, after }: Command): void {
    const isNew = !client.rooms.has(room.id)
    client.rooms.add(room.id)
    const head = room.entries.length
    const missed = typeof after === 'number' ? room.entries.slice(after) : []
    const reset = missed.length > maxMissed
    send(client, { type: 'reply', ref, ok: true, head, ...(reset ? { reset } : {}) })
    if (!reset) for (const entry of missed) send(client, entry)
    if (isNew) this.#presence('user_joined', room.id, client.user)
  }

  #resumeUser(client: Client, { ref, after }: Command): void {
    send(client, { type: 'reply', ref, ok: true, head: client.user.stream.length })
    for (const entry of client.user.stream.slice(Number(after))) send(client, entry)
  }

  #write(client: Client, room: FakeRoom, { ref, key, content }: Command): void {
    const fault = this.faults.shift() ?? null
    if (fault === 'silence') return
    if (fault !== null && !fault.written) {
      refuse(client, ref, fault.code, fault.retry_after)
      return
    }
    const entry = this.#state.append(room, client.user, { type: 'message', key, content })
    if (fault !== null) refuse(client, ref, fault.code, fault.retry_after)
    else {
      const { seq, timestamp } = entry
      send(client, { type: 'reply', ref, ok: true, seq, timestamp })
    }
  }

  #toRoom(room: FakeRoom, message: object, except?: Client): void {
    for (const client of this.#clients) {
      if (client !== except && client.rooms.has(room.id)) send(client, message)
    }
  }

  #toUser(user: FakeUser, message: object): void {
    for (const client of this.#clients) if (client.user === user) send(client, message)
  }

  #presence(type: 'user_joined' | 'user_left', roomId: string, user: FakeUser): void {
    const room = this.#state.rooms.get(roomId)
    if (room === undefined) return
    const users = [{ user_id: user.id, username: user.username }]
    this.#toRoom(room, { type, room_id: roomId, users })
  }

  #remove(room: FakeRoom, userId: string | undefined): void {
    for (const client of this.#clients) {
      if (userId !== undefined && client.user.id !== userId) continue
      if (client.rooms.delete(room.id)) send(client, { type: 'removed', room_id: room.id })
    }
  }
}

const send = (client: Client, message: object) => client.socket.send(JSON.stringify(message))

function refuse(
  client: Client,
  ref: string | undefined,
  code: ErrorCode,
  retry_after?: number,
): void {
  const error = { type: 'error', ref, code, message: `Refused: ${code}.` }
  send(client, retry_after === undefined ? error : { ...error, retry_after })
}
