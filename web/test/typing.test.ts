import { act, renderHook } from '@testing-library/react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { followTyping, useTypists } from '@/features/presence/data/typing'
import { Socket } from '@/shared/socket/socket'
import { FakeWebSocket, holdNetworkAndClock } from './support/fake-web-socket'

/** The names of those who type in the room "garden", as its page has them. */
async function openGarden(): Promise<() => string[]> {
  holdNetworkAndClock()
  const socket = new Socket({
    url: () => 'ws://server/ws',
    token: () => Promise.resolve('token'),
    onSignedOut: () => undefined,
  })
  onTestFinished(followTyping(socket))
  socket.start()
  await pass(0)
  FakeWebSocket.last.open()
  const { result } = renderHook(() => useTypists('garden'))
  return () => result.current.map((one) => one.username)
}

const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds))

const types = (username: string, room_id = 'garden') =>
  act(() => FakeWebSocket.last.push({ type: 'typing', room_id, user_id: username, username }))

it('who types is forgotten six seconds after saying so', async () => {
  const typists = await openGarden()
  types('ada')
  expect(typists()).toEqual(['ada'])
  await pass(5999)
  expect(typists()).toEqual(['ada'])
  await pass(1)
  expect(typists()).toEqual([])
})

it('who goes on typing, and says so, is not forgotten', async () => {
  const typists = await openGarden()
  types('ada')
  for (let number = 0; number < 5; number++) {
    await pass(3000)
    types('ada')
    expect(typists()).toEqual(['ada'])
  }
  await pass(5999)
  expect(typists()).toEqual(['ada'])
  await pass(1)
  expect(typists()).toEqual([])
})

it('each who types has a time of their own, in each room', async () => {
  const typists = await openGarden()
  types('ada')
  await pass(2000)
  types('grace')
  types('ada', 'kitchen')
  expect(typists()).toEqual(['ada', 'grace'])
  await pass(4000)
  expect(typists()).toEqual(['grace'])
  await pass(2000)
  expect(typists()).toEqual([])
})

it('it ends also when the connection is lost meanwhile', async () => {
  const typists = await openGarden()
  types('ada')
  act(() => FakeWebSocket.last.end())
  expect(typists()).toEqual(['ada'])
  await pass(6000)
  expect(typists()).toEqual([])
})
