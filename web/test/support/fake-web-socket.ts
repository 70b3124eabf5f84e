import { onTestFinished, vi } from 'vitest'

/** A WebSocket without a network, for tests that hold the clock. The one made last is `FakeWebSocket.last`. */
export class FakeWebSocket {
  static readonly OPEN = 1
  static made: FakeWebSocket[] = []

  readyState = 0
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(readonly url: string) {
    FakeWebSocket.made.push(this)
  }

  static get last(): FakeWebSocket {
    const last = this.made.at(-1)
    if (last === undefined) throw new Error('nothing has connected')
    return last
  }

  readonly sent: { type: string; ref: string; room_id?: string }[] = []

  /** Nobody answers. */
  send(data: string): void {
    this.sent.push(JSON.parse(data) as FakeWebSocket['sent'][number])
  }

  close(): void {
    this.readyState = 3
  }

  /** The server takes the connection. */
  open(): void {
    this.readyState = FakeWebSocket.OPEN
    this.push({ type: 'hello', user: { id: 'me' }, user_head: 0 })
  }

  /** The server, or a network that is gone, ends it. */
  end(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }

  push(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

/** For the test that runs: no other WebSocket, and no time but the one that it lets pass. */
export function holdNetworkAndClock(): void {
  FakeWebSocket.made = []
  const real = globalThis.WebSocket
  globalThis.WebSocket = FakeWebSocket as unknown as typeof WebSocket
  vi.useFakeTimers()
  onTestFinished(() => {
    globalThis.WebSocket = real
    vi.useRealTimers()
  })
}
