import { render, screen, waitFor } from '@testing-library/react'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import { onTestFinished, vi } from 'vitest'
import { startFakeServer, type FakeServer } from '../fake/server'
import type { FakeRoom, FakeUser } from '../fake/state'
import { emptyCookieJar } from './cookie-jar'

export const password = 'correct horse'

/** For what is tried again after pauses that grow, and are random: three of them take up to seven seconds. */
export const patience = { timeout: 12_000 }

export type World = { server: FakeServer; ada: FakeUser; grace: FakeUser; room: FakeRoom }

export async function startServer(): Promise<FakeServer> {
  const server = await startFakeServer()
  onTestFinished(() => server.close())
  return server
}

/** Two people in one room. */
export async function startWorld(): Promise<World> {
  const server = await startServer()
  const ada = server.state.addUser('ada', password, 'Ada Lovelace')
  const grace = server.state.addUser('grace', password, 'Grace Hopper')
  const room = server.state.addRoom(ada, {
    name: 'general',
    description: 'For everything',
    visibility: 'public',
  })
  server.state.join(room, grace)
  return { server, ada, grace, room }
}

export function write(world: World, user: FakeUser, content: string): void {
  const key = `k${world.room.entries.length}`
  world.server.state.append(world.room, user, { type: 'message', key, content })
}

const nothing = () => {
  // No app is open.
}
let closeApp = nothing

/** The whole app in a browser of its own: nothing of an earlier one is left, but for a tab's own storage on a reload. */
export async function openApp(
  server: FakeServer,
  path = '/',
  tab: 'new' | 'reloaded' = 'new',
): Promise<UserEvent> {
  closeApp()
  emptyCookieJar()
  localStorage.clear()
  if (tab === 'new') sessionStorage.clear()
  vi.resetModules()
  window.PARLEY = { server: server.url }
  window.history.replaceState(null, '', path)
  const { App } = await import('../../src/app/app')
  const { socket } = await import('../../src/app/live')
  const { unmount } = render(<App />)
  closeApp = () => {
    unmount()
    socket.stop()
    closeApp = nothing
  }
  onTestFinished(() => closeApp())
  return userEvent.setup()
}

export async function signIn(user: UserEvent, username = 'ada'): Promise<void> {
  await user.type(await screen.findByLabelText('User name'), username)
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

/** Another tab of this browser signs out, and then somebody else in. */
export async function changeHandsElsewhere(world: World, username: string): Promise<void> {
  world.server.state.sessions.clear()
  await fetch(`${world.server.url}/api/v1/auth/login`, {
    method: 'POST',
    credentials: 'include',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
}

/** Signed in, in the room, and connected. */
export async function openRoom(world: World, username = 'ada'): Promise<UserEvent> {
  const user = await openApp(world.server, `/rooms/${world.room.id}`)
  await signIn(user, username)
  await screen.findByRole('log')
  await waitFor(() => {
    const present = world.server.sockets.present(world.room)
    if (!present.some((one) => one.username === username)) throw new Error('not connected')
  })
  return user
}

export const composer = () => screen.findByRole('textbox', { name: 'Message general' })
/** A line about the room, which is made of several elements. */
export const line = (text: string) =>
  screen.findByText((_, element) => element?.tagName === 'P' && element.textContent.includes(text))
export const messages = () => screen.queryAllByRole('article').map((row) => row.textContent)

/** What the clients sent as messages, in order. */
export const sends = (world: World) =>
  world.server.sockets.received.filter((one) => one.type === 'send')

/** The messages in the room's log. */
export const contents = (world: World) =>
  world.room.entries.flatMap((entry) => (entry.type === 'message' ? [entry.content] : []))
