import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { UserEvent } from '@testing-library/user-event'
import { FakeProblem } from './fake/problem'
import {
  openApp,
  openRoom,
  password,
  signIn,
  startServer,
  startWorld,
  type World,
} from './support/app'

const stored = () => JSON.stringify([localStorage, sessionStorage])

/** One in the outbox, for it gets no answer, and one as a draft. */
async function typeSecrets(world: World, user: UserEvent): Promise<void> {
  world.server.sockets.faults.push('silence')
  await user.type(await screen.findByRole('textbox'), 'a secret sent{Enter}a secret typed')
  expect(stored()).toContain('a secret sent')
  expect(stored()).toContain('a secret typed')
}

describe('signing up', () => {
  it('sets a new server up, with the code that it printed', async () => {
    const server = await startServer()
    server.state.setupCode = 'tidal-otter'
    const user = await openApp(server)
    await user.type(await screen.findByLabelText('User name'), 'ada')
    await user.type(screen.getByLabelText('Password'), password)
    await user.type(screen.getByLabelText('Set-up code'), 'wrong')
    await user.click(screen.getByRole('button', { name: 'Set up' }))
    expect(await screen.findByText(/set-up code is missing or wrong/)).toBeInTheDocument()

    await user.clear(screen.getByLabelText('Set-up code'))
    await user.type(screen.getByLabelText('Set-up code'), 'tidal-otter')
    await user.click(screen.getByRole('button', { name: 'Set up' }))
    expect(await screen.findByText('Welcome to Parley')).toBeInTheDocument()
    expect(server.state.findUser('ada')?.is_admin).toBe(true)
  })

  it('says at the field what is wrong with it', async () => {
    const { server } = await startWorld()
    const user = await openApp(server, '/sign-up')
    await user.type(await screen.findByLabelText('User name'), 'ADA')
    await user.type(screen.getByLabelText('Password'), 'password')
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    const field = screen.getByLabelText('Password')
    await waitFor(() => expect(field).toBeInvalid())
    expect(field).toHaveAccessibleDescription('Too common.')

    await user.clear(field)
    await user.type(field, 'staple of some sort')
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    await waitFor(() => expect(screen.getByLabelText('User name')).toBeInvalid())
    expect(screen.getByLabelText('User name')).toHaveAccessibleDescription(/already/)
  })

  it('takes an invite to a server that is not open', async () => {
    const { server, ada } = await startWorld()
    server.state.registration = 'invite'
    const admin = await openApp(server, '/admin/invites')
    await signIn(admin)
    await admin.click(await screen.findByRole('button', { name: 'Make a link' }))
    const link = await screen.findByLabelText<HTMLInputElement>('Your new link')
    const { pathname } = new URL(link.value)
    expect(server.state.users.size).toBe(2)
    expect([...server.state.invites.values()][0]?.created_by).toBe(ada.id)

    const guest = await openApp(server, pathname)
    await guest.type(await screen.findByLabelText('User name'), 'alan')
    await guest.type(screen.getByLabelText('Password'), password)
    await guest.click(screen.getByRole('button', { name: 'Create account' }))
    expect(await screen.findByText('Welcome to Parley')).toBeInTheDocument()
    expect([...server.state.invites.values()][0]?.uses).toBe(1)
  })

  it('just signs in where only that had failed', async () => {
    const { server } = await startWorld()
    const user = await openApp(server, '/sign-up')
    await user.type(await screen.findByLabelText('User name'), 'alan')
    await user.type(screen.getByLabelText('Password'), password)
    server.setFault((path) =>
      path === '/auth/login' ? new FakeProblem('rate_limited', 'Later.') : null,
    )
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    const note = await screen.findByRole('alert')
    expect(note).toHaveTextContent('That was too often. Try again in 1 second.')
    server.setFault(() => null)
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    expect(await screen.findByText('Welcome to Parley')).toBeInTheDocument()
  })

  it('is not offered where it is closed', async () => {
    const { server } = await startWorld()
    server.state.registration = 'closed'
    await openApp(server, '/sign-up')
    expect(await screen.findByText('This server takes no new accounts.')).toBeInTheDocument()
    expect(screen.queryByLabelText('User name')).not.toBeInTheDocument()
  })
})

describe('signing in', () => {
  it('refuses a wrong password, and then comes to the page that was asked for', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, `/rooms/${world.room.id}`)
    await user.type(await screen.findByLabelText('User name'), 'ada')
    await user.type(screen.getByLabelText('Password'), 'not that one')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The user name or the password is wrong.',
    )

    await user.clear(screen.getByLabelText('Password'))
    await user.type(screen.getByLabelText('Password'), password)
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('heading', { level: 1, name: /general/ })).toBeInTheDocument()
  })

  it('never leads to another site', async () => {
    const { server } = await startWorld()
    const user = await openApp(server, '/sign-in?next=//evil.example/')
    await signIn(user)
    await screen.findByRole('log')
    expect(window.location.pathname).toMatch(/^\/rooms\//)
  })

  it('ends when the session is ended elsewhere', async () => {
    const world = await startWorld()
    await openRoom(world)
    const [session] = [...world.server.state.sessions.values()]
    world.server.state.sessions.clear()
    world.server.state.onSessionEnded(session?.id ?? '')
    expect(await screen.findByRole('alert')).toHaveTextContent('Your session has ended.')
  })

  it('ends when an administrator disables the account', async () => {
    const world = await startWorld()
    await openRoom(world)
    world.server.sockets.closeAll(4003)
    expect(await screen.findByRole('alert')).toHaveTextContent('disabled by an administrator')
  })

  it('is kept by renewing the token before it ends, on the connection too', async () => {
    const world = await startWorld()
    world.server.state.tokenLife = 1
    await openRoom(world)
    await waitFor(() =>
      expect(world.server.sockets.received.some((one) => one.type === 'auth')).toBe(true),
    )
    expect(world.server.sockets.count).toBe(1)
  })

  it('sets a forgotten password by a link', async () => {
    const { server, grace } = await startWorld()
    server.state.resets.set('r1', grace.id)
    const user = await openApp(server, '/reset/r1')
    await user.type(await screen.findByLabelText('New password'), 'a new one entirely')
    await user.click(screen.getByRole('button', { name: 'Set password' }))
    expect(await screen.findByText('Your password is set')).toBeInTheDocument()
    expect(grace.password).toBe('a new one entirely')
  })

  it('takes what was typed away from this browser when signing out', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await typeSecrets(world, user)
    await user.click(screen.getByRole('button', { name: 'My account' }))
    await user.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    expect(await screen.findByRole('button', { name: 'Sign in' })).toBeInTheDocument()
    expect(stored()).not.toContain('a secret')
    expect(world.server.state.sessions.size).toBe(0)
  })

  it('takes it away also when signing out everywhere', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await typeSecrets(world, user)
    await user.click(screen.getByRole('button', { name: 'My account' }))
    await user.click(screen.getByRole('menuitem', { name: 'Settings' }))
    await user.click(await screen.findByRole('link', { name: 'Security' }))
    await user.click(await screen.findByRole('button', { name: 'Sign out everywhere…' }))
    await user.click(screen.getByRole('button', { name: 'Sign out everywhere' }))
    expect(await screen.findByRole('button', { name: 'Sign in' })).toBeInTheDocument()
    expect(stored()).not.toContain('a secret')
    expect(world.server.state.sessions.size).toBe(0)
  })
})

describe('settings', () => {
  it('change the display name everywhere at once', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, '/settings')
    await signIn(user)
    const field = await screen.findByLabelText('Display name')
    await user.clear(field)
    await user.type(field, 'Countess')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    const nav = screen.getByRole('navigation', { name: 'Rooms' })
    expect(await within(nav).findByText('Countess')).toBeInTheDocument()
  })

  it('show a personal access token once', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, '/settings/tokens')
    await signIn(user)
    await user.type(await screen.findByLabelText('What is it for?'), 'build bot')
    await user.click(screen.getByRole('button', { name: 'Make a token' }))
    const shown = await screen.findByLabelText<HTMLInputElement>('The token for build bot')
    expect(shown.value).toMatch(/^parley_pat_/)
    await user.click(await screen.findByRole('button', { name: 'Revoke build bot' }))
    await waitFor(() => expect(world.server.state.tokens.size).toBe(0))
  })

  it('end another session', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, '/settings/security')
    await signIn(user)
    world.server.state.sessions.set('s2', {
      id: 's2',
      userId: world.ada.id,
      device: 'Safari on iPhone',
      createdAt: world.server.state.now(),
    })
    await user.click(await screen.findByRole('link', { name: 'Tokens' }))
    await user.click(screen.getByRole('link', { name: 'Security' }))
    await user.click(
      await screen.findByRole('button', { name: 'End the session Safari on iPhone' }),
    )
    await waitFor(() => expect(world.server.state.sessions.has('s2')).toBe(false))
  })
})

describe('a server that does not answer', () => {
  it('is tried again without taking the focus away', async () => {
    const { server } = await startWorld()
    server.setFault((path) => (path === '/server' ? new FakeProblem('forbidden') : null))
    await openApp(server, '/sign-in')
    const button = await screen.findByRole('button', { name: 'Try now' })
    button.focus()
    let asked = 0
    server.setFault((path) => {
      if (path === '/server') asked++
      return path === '/server' ? new FakeProblem('forbidden') : null
    })
    window.dispatchEvent(new Event('online'))
    await waitFor(() => expect(asked).toBe(1))
    expect(button).toHaveFocus()
    server.setFault(() => null)
    window.dispatchEvent(new Event('online'))
    expect(await screen.findByLabelText('User name')).toBeInTheDocument()
  })
})

describe('administration', () => {
  it('disables an account, and is not there for others', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, '/admin')
    await signIn(user)
    await user.click(await screen.findByRole('button', { name: 'Actions for Grace Hopper' }))
    await user.click(screen.getByRole('menuitem', { name: 'Disable account' }))
    await user.click(screen.getByRole('button', { name: 'Disable' }))
    expect(await screen.findByText('Disabled')).toBeInTheDocument()
    expect(world.grace.disabled).toBe(true)

    world.grace.disabled = false
    await signIn(await openApp(world.server, '/admin'), 'grace')
    expect(await screen.findByText('For administrators')).toBeInTheDocument()
  })
})
