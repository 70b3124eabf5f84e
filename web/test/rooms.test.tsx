import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { openApp, openRoom, signIn, startWorld, write, line } from './support/app'

const myRooms = () => screen.findByRole('list', { name: 'My rooms' })

describe('rooms', () => {
  it('stay usable when another page has a fault', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    for (const session of world.server.state.sessions.values()) session.createdAt = 'never'
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await user.click(screen.getByRole('button', { name: 'My account' }))
    await user.click(screen.getByRole('menuitem', { name: 'Settings' }))
    await user.click(await screen.findByRole('link', { name: 'Security' }))
    expect(await screen.findByText('Something went wrong')).toBeInTheDocument()
    await user.click(within(await myRooms()).getByRole('link', { name: /general/ }))
    expect(await screen.findByRole('log')).toBeInTheDocument()
    expect(screen.queryByText('Something went wrong')).not.toBeInTheDocument()
  })

  it('are created, and say when the name is taken', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(screen.getByRole('button', { name: 'Create a room' }))
    await user.type(screen.getByLabelText('Name'), 'General')
    await user.click(screen.getByRole('button', { name: 'Create room' }))
    await waitFor(() => expect(screen.getByLabelText('Name')).toBeInvalid())
    await user.clear(screen.getByLabelText('Name'))
    await user.type(screen.getByLabelText('Name'), 'secret')
    await user.click(screen.getByRole('radio', { name: /Private/ }))
    await user.click(screen.getByRole('button', { name: 'Create room' }))
    expect(await screen.findByRole('heading', { level: 1, name: /secret/ })).toBeInTheDocument()
    expect(within(await myRooms()).getByRole('link', { name: /secret/ })).toBeInTheDocument()
  })

  it('are found by a part of their name, seen before they are joined, and joined', async () => {
    const world = await startWorld()
    const { state } = world.server
    state.addRoom(world.grace, { name: 'compilers', description: 'A to O', visibility: 'public' })
    state.addRoom(world.grace, { name: 'hidden', description: '', visibility: 'private' })
    const user = await openApp(world.server, '/browse')
    await signIn(user)
    const list = await screen.findByRole('list', { name: 'Public rooms' })
    expect(within(list).queryByText('hidden')).not.toBeInTheDocument()
    await user.type(screen.getByRole('searchbox'), 'pile')
    await waitFor(() => expect(within(list).queryByText('general')).not.toBeInTheDocument())
    expect(window.location.search).toBe('?q=pile')
    await user.click(within(list).getByRole('link', { name: 'compilers' }))
    await user.click(await screen.findByRole('button', { name: 'Join room' }))
    expect(await screen.findByRole('log')).toBeInTheDocument()
    expect(await line('Grace Hopper created the room')).toBeInTheDocument()
  })

  it('appear when somebody adds me, and go when I am removed', async () => {
    const world = await startWorld()
    await openRoom(world, 'grace')
    const fields = { name: 'board', description: '', visibility: 'private' } as const
    const room = world.server.state.addRoom(world.ada, fields)
    world.server.state.join(room, world.grace, world.ada)
    expect(await within(await myRooms()).findByRole('link', { name: /board/ })).toBeInTheDocument()
    world.server.state.leave(room, world.grace, world.ada)
    expect(await screen.findByText('board no longer has you as a member.')).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: /board/ })).not.toBeInTheDocument()
  })

  it('count what is unread, by the server’s counter, until it is seen', async () => {
    const world = await startWorld()
    const other = world.server.state.addRoom(world.ada, {
      name: 'other',
      description: '',
      visibility: 'public',
    })
    const user = await openRoom(world)
    const marks = () => localStorage.getItem(`parley.read.${world.ada.id}`)
    await waitFor(() => expect(marks()).toContain(other.id))
    for (const content of ['a', 'b']) {
      world.server.state.append(other, world.grace, { type: 'message', key: content, content })
    }
    world.server.state.join(other, world.grace)
    const link = await within(await myRooms()).findByRole('link', { name: /other\s*2\s*unread/ })
    await user.click(link)
    expect(await screen.findByText('b')).toBeInTheDocument()
    await waitFor(() => expect(screen.queryByText(/unread/)).not.toBeInTheDocument())
  })

  it('are read up to what one writes on another device', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(screen.getByRole('link', { name: 'Find rooms' }))
    const link = await within(await myRooms()).findByRole('link', { name: /general/ })
    write(world, world.grace, 'are you there?')
    await waitFor(() => expect(link).toHaveTextContent(/1 unread/))
    write(world, world.ada, 'yes, on my phone')
    await waitFor(() => expect(link).not.toHaveTextContent(/unread/))
    write(world, world.grace, 'good')
    await waitFor(() => expect(link).toHaveTextContent(/1 unread/))
  })

  it('count what came while the app was closed', async () => {
    const world = await startWorld()
    write(world, world.grace, 'seen')
    await openRoom(world)
    await screen.findByText('seen')
    const key = `parley.read.${world.ada.id}`
    await waitFor(() => expect(localStorage.getItem(key)).toContain('"messages":1'))
    const kept = localStorage.getItem(key) ?? ''
    write(world, world.grace, 'unseen 1')
    write(world, world.grace, 'unseen 2')
    const user = await openApp(world.server, '/settings')
    localStorage.setItem(key, kept)
    await signIn(user)
    expect(await screen.findByRole('link', { name: /general\s*2\s*unread/ })).toBeInTheDocument()
  })

  it('count without asking for each room', async () => {
    const world = await startWorld()
    const fields = { name: 'quiet', description: '', visibility: 'public' } as const
    for (let n = 0; n < 9; n++) world.server.state.addRoom(world.ada, fields)
    write(world, world.grace, 'seen')
    await signIn(await openApp(world.server, '/settings'))
    const key = `parley.read.${world.ada.id}`
    await waitFor(() => expect(localStorage.getItem(key)).toContain(world.room.id))
    const kept = localStorage.getItem(key) ?? ''
    for (const room of world.server.state.rooms.values()) {
      world.server.state.append(room, world.grace, { type: 'message', key: 'k', content: 'new' })
    }
    const user = await openApp(world.server, '/settings')
    localStorage.setItem(key, kept)
    const asked: string[] = []
    world.server.setFault((path) => {
      asked.push(path)
      return null
    })
    await signIn(user)
    await waitFor(() => expect(screen.getAllByText('unread', { exact: false })).toHaveLength(10))
    expect(asked.filter((path) => path.includes('/messages'))).toEqual([])
    // Once more when connected: a room may have come in between.
    expect(asked.filter((path) => path === '/rooms').length).toBeLessThanOrEqual(2)
  })

  it('begin as read on a new device, and count from there', async () => {
    const world = await startWorld()
    write(world, world.grace, 'long ago')
    await signIn(await openApp(world.server, '/settings'))
    const key = `parley.read.${world.ada.id}`
    await waitFor(() => expect(localStorage.getItem(key)).toContain(world.room.id))
    const kept = localStorage.getItem(key) ?? ''
    expect(screen.queryByText(/unread/)).not.toBeInTheDocument()
    write(world, world.grace, 'unseen 1')
    write(world, world.grace, 'unseen 2')
    const user = await openApp(world.server, '/settings')
    localStorage.setItem(key, kept)
    await signIn(user)
    expect(await screen.findByRole('link', { name: /general\s*2\s*unread/ })).toBeInTheDocument()
  })

  it('are left, but not by their owner', async () => {
    const world = await startWorld()
    const ada = await openRoom(world)
    await ada.click(screen.getByRole('button', { name: 'Room menu' }))
    await ada.click(screen.getByRole('menuitem', { name: 'Leave room' }))
    expect(await screen.findByText(/Make somebody else the owner/)).toBeInTheDocument()

    const grace = await openRoom(world, 'grace')
    await grace.click(screen.getByRole('button', { name: 'Room menu' }))
    await grace.click(screen.getByRole('menuitem', { name: 'Leave room' }))
    await grace.click(await screen.findByRole('button', { name: 'Leave room' }))
    expect(await screen.findByText('Welcome to Parley')).toBeInTheDocument()
    expect(world.room.members.has(world.grace.id)).toBe(false)
  })

  it('are renamed by those who may', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(screen.getByRole('button', { name: 'Room menu' }))
    await user.click(screen.getByRole('menuitem', { name: 'Room settings' }))
    const name = await screen.findByLabelText('Name')
    await user.clear(name)
    await user.type(name, 'plaza')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByRole('heading', { level: 1, name: /plaza/ })).toBeInTheDocument()
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(world.room.name).toBe('plaza')
  })

  it('are deleted only after their name was typed', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, `/rooms/${world.room.id}/settings`)
    await signIn(user)
    await user.click(await screen.findByRole('button', { name: 'Delete room…' }))
    const confirm = screen.getByRole('button', { name: 'Delete for ever' })
    expect(confirm).toBeDisabled()
    await user.type(screen.getByLabelText(/to confirm/), 'general')
    await user.click(confirm)
    expect(await screen.findByText('Welcome to Parley')).toBeInTheDocument()
    expect(world.server.state.rooms.size).toBe(0)
  })

  it('are entered by an invite link', async () => {
    const world = await startWorld()
    const fields = { name: 'board', description: '', visibility: 'private' } as const
    const board = world.server.state.addRoom(world.ada, fields)
    const ada = await openApp(world.server, `/rooms/${board.id}/add`)
    await signIn(ada)
    await ada.click(await screen.findByRole('button', { name: 'Make a link' }))
    const link = await screen.findByLabelText<HTMLInputElement>('Your new link')

    const grace = await openApp(world.server, new URL(link.value).pathname)
    await grace.click(await screen.findByRole('link', { name: 'sign in' }))
    await signIn(grace, 'grace')
    await grace.click(await screen.findByRole('button', { name: 'Join room' }))
    expect(await screen.findByRole('heading', { level: 2, name: 'board' })).toBeInTheDocument()
  })
})

describe('a link to a room', () => {
  it('leads to a new account only where everyone may make one', async () => {
    const world = await startWorld()
    world.server.state.registration = 'invite'
    const ada = await openApp(world.server, `/rooms/${world.room.id}/add`)
    await signIn(ada)
    await ada.click(await screen.findByRole('button', { name: 'Make a link' }))
    const link = await screen.findByLabelText<HTMLInputElement>('Your new link')
    await openApp(world.server, new URL(link.value).pathname)
    expect(await screen.findByRole('link', { name: 'sign in' })).toBeInTheDocument()
    expect(screen.queryByRole('link', { name: 'create an account' })).not.toBeInTheDocument()
  })
})

describe('the keyboard', () => {
  it('goes through the rooms by arrow keys, and skips to the conversation', async () => {
    const world = await startWorld()
    world.server.state.addRoom(world.ada, { name: 'other', description: '', visibility: 'public' })
    const user = await openRoom(world)
    const list = await myRooms()
    const [general, other] = await within(list).findAllByRole('link')
    general?.focus()
    await user.keyboard('{ArrowDown}')
    expect(other).toHaveFocus()
    await user.keyboard('{Home}')
    expect(general).toHaveFocus()
    expect(screen.getByRole('link', { name: 'Skip to the conversation' })).toHaveAttribute(
      'href',
      '#main',
    )
    expect(document.getElementById('main')).toBe(screen.getByRole('main'))
  })

  it('works a menu, and gives the focus back', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    const button = screen.getByRole('button', { name: 'Room menu' })
    button.focus()
    await user.keyboard('{Enter}')
    expect(screen.getByRole('menuitem', { name: 'Room settings' })).toHaveFocus()
    await user.keyboard('{ArrowDown}{Escape}')
    expect(screen.queryByRole('menu')).not.toBeInTheDocument()
    expect(button).toHaveFocus()
  })
})
