import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { composer, openApp, openRoom, signIn, startWorld, write, line } from './support/app'

const people = (title: string) => screen.findByRole('region', { name: title })

describe('people', () => {
  it('are here while they are connected', async () => {
    const world = await startWorld()
    await openRoom(world)
    expect(await within(await people('Here now')).findByText('Ada Lovelace')).toBeInTheDocument()
    expect(within(await people('Away')).getByText('Grace Hopper')).toBeInTheDocument()
    const users = [{ user_id: world.grace.id, username: 'grace' }]
    world.server.sockets.toAll({ type: 'user_joined', room_id: world.room.id, users })
    expect(await within(await people('Here now')).findByText('Grace Hopper')).toBeInTheDocument()
    world.server.sockets.toAll({ type: 'user_left', room_id: world.room.id, users })
    expect(await within(await people('Away')).findByText('Grace Hopper')).toBeInTheDocument()
  })

  it('come and go also while it is asked who is here', async () => {
    const world = await startWorld()
    const other = world.server.state.addRoom(world.ada, {
      name: 'other',
      description: '',
      visibility: 'public',
    })
    world.server.state.join(other, world.grace)
    const user = await openRoom(world)
    let asked = 0
    world.server.setOnTheWay(async (path) => {
      if (path !== `/rooms/${other.id}/presence`) return
      asked++
      const users = [{ user_id: world.grace.id, username: 'grace' }]
      world.server.sockets.toAll({ type: 'user_joined', room_id: other.id, users })
      // What comes after it on the same connection has come.
      world.server.state.append(other, world.ada, { type: 'message', key: 'k', content: 'now' })
      await screen.findByText('now')
    })
    await user.click(screen.getByRole('link', { name: /other/ }))
    expect(await within(await people('Here now')).findByText('Grace Hopper')).toBeInTheDocument()
    expect(asked).toBe(1)
  })

  it('may be thousands: only those in view are in the document', async () => {
    const world = await startWorld()
    const { state } = world.server
    const big = state.addRoom(world.ada, { name: 'big', description: '', visibility: 'public' })
    for (let n = 0; n < 10_000; n++) {
      const user = state.addUser(`user${n}`, 'correct horse', `User ${n}`)
      big.members.set(user.id, 'member')
    }
    await signIn(await openApp(world.server, `/rooms/${big.id}`))
    const away = await people('Away')
    expect(within(away).getByRole('heading')).toHaveTextContent('Away · 10,000')
    const shown = within(away).getAllByText(/^@user/)
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.length).toBeLessThan(100)
  })

  it('come and go also while the list is on its way', async () => {
    const world = await startWorld()
    const { state } = world.server
    const late = state.addUser('late', 'correct horse', 'Late Comer')
    let asked = 0
    world.server.setOnTheWay(async (path) => {
      if (path !== `/rooms/${world.room.id}/members`) return
      asked++
      // Not before the browser follows the room, and it has heard of it.
      await waitFor(() => expect(world.server.sockets.present(world.room)).toHaveLength(1))
      state.leave(world.room, world.grace)
      state.join(world.room, late)
      await line('late joined')
    })
    await openRoom(world)
    expect(await within(await people('Away')).findByText('@late')).toBeInTheDocument()
    expect(within(await people('Away')).queryByText('@grace')).not.toBeInTheDocument()
    expect(asked).toBe(1)
  })

  it('are seen typing, until their message is there', async () => {
    const world = await startWorld()
    await openRoom(world)
    const typing = { type: 'typing', room_id: world.room.id, user_id: world.grace.id }
    world.server.sockets.toAll({ ...typing, username: 'grace' })
    const line = await screen.findByText('is typing…', { exact: false })
    await waitFor(() => expect(line).toHaveTextContent('Grace Hopper is typing…'))
    write(world, world.grace, 'done')
    await screen.findByText('done')
    expect(screen.queryByText(/is typing/)).not.toBeInTheDocument()
  })

  it('are told that somebody types on after sending', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    const told = () => world.server.sockets.received.filter((one) => one.type === 'typing').length
    const box = await composer()
    await user.type(box, 'one')
    await waitFor(() => expect(told()).toBe(1))
    await user.type(box, '{Enter}two')
    await waitFor(() => expect(told()).toBe(2))
  })

  it('are added by user name', async () => {
    const world = await startWorld()
    const alan = world.server.state.addUser('alan', 'correct horse', 'Alan Turing')
    const user = await openRoom(world)
    await user.click(screen.getByRole('button', { name: 'Add people' }))
    await user.type(await screen.findByLabelText('User name'), 'nobody')
    await user.click(screen.getByRole('button', { name: 'Add' }))
    await waitFor(() => expect(screen.getByLabelText('User name')).toBeInvalid())
    await user.clear(screen.getByLabelText('User name'))
    await user.type(screen.getByLabelText('User name'), '@Alan')
    await user.click(screen.getByRole('button', { name: 'Add' }))
    expect(await screen.findByText('Alan Turing is in general now.')).toBeInTheDocument()
    expect(world.room.members.get(alan.id)).toBe('member')
  })

  it('become admin or owner by the owner only', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    const act = async (item: string) => {
      await user.click(await screen.findByRole('button', { name: 'Actions for Grace Hopper' }))
      await user.click(screen.getByRole('menuitem', { name: item }))
    }
    await act('Make an admin')
    expect(await screen.findByText('@grace · admin')).toBeInTheDocument()
    await act('Make the owner')
    await user.click(screen.getByRole('button', { name: 'Hand over' }))
    expect(await screen.findByText('@grace · owner')).toBeInTheDocument()
    expect(await screen.findByText('@ada · admin')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: /Actions for/ })).not.toBeInTheDocument()
    await waitFor(() => expect(screen.getByRole('group', { name: 'Members' })).toHaveFocus())
  })

  it('are removed', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(await screen.findByRole('button', { name: 'Actions for Grace Hopper' }))
    await user.click(screen.getByRole('menuitem', { name: 'Remove' }))
    await user.click(screen.getByRole('button', { name: 'Remove' }))
    expect(await line('Ada Lovelace removed Grace Hopper')).toBeInTheDocument()
    expect(screen.queryByText('@grace')).not.toBeInTheDocument()
    await waitFor(() => expect(screen.getByRole('group', { name: 'Members' })).toHaveFocus())
  })

  it('may go while the focus is on them: it stays in the list', async () => {
    const world = await startWorld()
    await openRoom(world)
    const actions = await screen.findByRole('button', { name: 'Actions for Grace Hopper' })
    act(() => actions.focus())
    world.server.state.leave(world.room, world.grace)
    await waitFor(() => expect(actions).not.toBeInTheDocument())
    expect(screen.getByRole('group', { name: 'Members' })).toHaveFocus()
  })

  it('may go while one asks whether to remove them, and the focus stays there too', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(await screen.findByRole('button', { name: 'Actions for Grace Hopper' }))
    await user.click(screen.getByRole('menuitem', { name: 'Remove' }))
    world.server.state.leave(world.room, world.grace)
    await waitFor(() => expect(screen.queryByText('@grace')).not.toBeInTheDocument())
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(screen.getByRole('group', { name: 'Members' })).toHaveFocus())
  })
})
