import { describe, expect, it, vi } from 'vitest'
import { Socket, type SocketOptions } from '@/shared/socket/socket'
import { FakeWebSocket, holdNetworkAndClock } from './support/fake-web-socket'

/** One that waits as long as it may, and is about to connect for the first time. */
async function startSocket(options: Partial<SocketOptions> = {}): Promise<Socket> {
  holdNetworkAndClock()
  const socket = new Socket({
    url: () => 'ws://server/ws',
    token: () => Promise.resolve('token'),
    onSignedOut: () => undefined,
    random: () => 1,
    ...options,
  })
  socket.start()
  await pass(0)
  return socket
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

/** How long it waits now, before it tries again. */
function wait(socket: Socket): number {
  const state = socket.state.get()
  if (state.phase !== 'waiting') throw new Error(`it is ${state.phase}`)
  return state.until - Date.now()
}

/** Lets as many tries fail, one after the other, and says how long it waited after each. */
async function failures(socket: Socket, count: number): Promise<number[]> {
  const waits: number[] = []
  for (let number = 0; number < count; number++) {
    FakeWebSocket.last.end()
    waits.push(wait(socket))
    await pass(wait(socket))
  }
  return waits
}

/** The connection that is being made opens, holds for so long, and breaks. */
async function openFor(milliseconds: number): Promise<void> {
  FakeWebSocket.last.open()
  await pass(milliseconds)
  FakeWebSocket.last.end()
}

describe('a socket that cannot connect', () => {
  it('tries again, and waits twice as long each time, up to half a minute', async () => {
    const socket = await startSocket()
    const waits = await failures(socket, 7)
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(FakeWebSocket.made).toHaveLength(8)
  })

  it('tries when the wait is over, and not before', async () => {
    const socket = await startSocket()
    await failures(socket, 3)
    FakeWebSocket.last.end()
    await pass(7999)
    expect(FakeWebSocket.made).toHaveLength(4)
    await pass(1)
    expect(FakeWebSocket.made).toHaveLength(5)
  })

  it('waits longer also when it gets no token, or no greeting', async () => {
    let answers = true
    const token = () => (answers ? Promise.resolve('token') : Promise.reject(new Error('away')))
    const socket = await startSocket({ token })
    // No greeting: the connection is given up after ten seconds.
    await pass(10_000)
    expect(wait(socket)).toBe(1000)
    answers = false
    await pass(1000)
    expect(wait(socket)).toBe(2000)
    await pass(2000)
    expect(wait(socket)).toBe(4000)
    expect(FakeWebSocket.made).toHaveLength(1)
  })

  it('goes on waiting longer after somebody did not want to wait', async () => {
    const socket = await startSocket()
    await failures(socket, 2)
    FakeWebSocket.last.end()
    expect(wait(socket)).toBe(4000)
    socket.nudge()
    await pass(0)
    expect(FakeWebSocket.made).toHaveLength(4)
    FakeWebSocket.last.end()
    expect(wait(socket)).toBe(8000)
  })

  it('does not try twice when somebody did not want to wait', async () => {
    const socket = await startSocket()
    FakeWebSocket.last.end()
    socket.nudge()
    await pass(0)
    FakeWebSocket.last.open()
    await pass(1000)
    expect(socket.state.get().phase).toBe('open')
    expect(FakeWebSocket.made).toHaveLength(2)
  })
})

describe('a socket whose connections break', () => {
  it('waits longer each time, though each had opened', async () => {
    const socket = await startSocket()
    await failures(socket, 2)
    for (const expected of [4000, 8000, 16_000]) {
      await openFor(9999)
      expect(wait(socket)).toBe(expected)
      await pass(expected)
    }
  })

  it('begins anew after one that held for ten seconds', async () => {
    const socket = await startSocket()
    await failures(socket, 4)
    await openFor(10_000)
    expect(wait(socket)).toBe(1000)
    await pass(1000)
    FakeWebSocket.last.end()
    expect(wait(socket)).toBe(2000)
  })

  it('does not count the time of one that broke for the next', async () => {
    const socket = await startSocket()
    await failures(socket, 2)
    await openFor(9000)
    await pass(4000)
    await openFor(9000)
    expect(wait(socket)).toBe(8000)
  })

  it('begins anew with the next to sign in', async () => {
    const socket = await startSocket()
    await failures(socket, 4)
    socket.stop()
    socket.start()
    await pass(0)
    FakeWebSocket.last.end()
    expect(wait(socket)).toBe(1000)
  })
})

describe('a socket that is stopped', () => {
  it('closes its connection, and makes no other', async () => {
    const socket = await startSocket()
    FakeWebSocket.last.open()
    expect(socket.state.get().phase).toBe('open')
    socket.stop()
    expect(FakeWebSocket.last.readyState).toBe(3)
    await pass(3_600_000)
    expect(socket.state.get().phase).toBe('stopped')
    expect(FakeWebSocket.made).toHaveLength(1)
  })

  it('makes none either when it was waiting to', async () => {
    const socket = await startSocket()
    FakeWebSocket.last.end()
    expect(socket.state.get().phase).toBe('waiting')
    socket.stop()
    await pass(3_600_000)
    expect(socket.state.get().phase).toBe('stopped')
    expect(FakeWebSocket.made).toHaveLength(1)
  })

  it('connects at once when it is started again', async () => {
    const socket = await startSocket()
    FakeWebSocket.last.open()
    socket.stop()
    await pass(60_000)
    socket.start()
    await pass(0)
    FakeWebSocket.last.open()
    expect(FakeWebSocket.made).toHaveLength(2)
    expect(socket.state.get().phase).toBe('open')
  })
})

describe('a socket that may follow no more rooms', () => {
  it('asks for that room no more on this connection, but on the next', async () => {
    const socket = await startSocket()
    socket.follow('r', 1)
    const asked = () => FakeWebSocket.last.sent.filter((one) => one.type === 'subscribe')
    FakeWebSocket.last.open()
    const ref = asked()[0]?.ref
    FakeWebSocket.last.push({ type: 'error', ref, code: 'too_many_subscriptions', message: '' })
    await pass(9_000)
    expect(asked()).toHaveLength(1)
    FakeWebSocket.last.end()
    await pass(wait(socket))
    FakeWebSocket.last.open()
    expect(asked()).toHaveLength(1)
  })
})
