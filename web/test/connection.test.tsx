import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import {
  composer,
  contents,
  messages,
  openApp,
  openRoom,
  patience,
  sends,
  signIn,
  startWorld,
  write,
} from './support/app'

describe('a connection that was lost', () => {
  it('is made again, and everything that was missed is there, in order', async () => {
    const world = await startWorld()
    await openRoom(world)
    write(world, world.grace, 'before')
    await screen.findByText('before')
    world.server.sockets.away = true
    world.server.sockets.cut()
    write(world, world.grace, 'missed 1')
    write(world, world.grace, 'missed 2')
    await screen.findByText(/Connection lost/)
    world.server.sockets.away = false
    expect(await screen.findByText('missed 2', {}, patience)).toBeInTheDocument()
    const shown = messages().map((text) => /(before|missed \d)$/.exec(text)?.[0])
    expect(shown).toEqual(['before', 'missed 1', 'missed 2'])
    await waitFor(() => expect(screen.queryByText(/Connection lost/)).not.toBeInTheDocument())
  })

  it('loads a page when too much was missed', async () => {
    const world = await startWorld()
    await openRoom(world)
    write(world, world.grace, 'before')
    await screen.findByText('before')
    world.server.sockets.cut()
    for (let number = 1; number <= 1100; number++) write(world, world.grace, `missed ${number}`)
    expect(await screen.findByText('missed 1100', {}, patience)).toBeInTheDocument()
    expect(screen.queryByText('before')).not.toBeInTheDocument()
    write(world, world.grace, 'after')
    expect(await screen.findByText('after')).toBeInTheDocument()
  })

  it('is resumed for a room that was left meanwhile by taking it from the list', async () => {
    const world = await startWorld()
    await openRoom(world, 'grace')
    world.server.sockets.cut()
    world.server.state.leave(world.room, world.grace, world.ada)
    await waitFor(() => expect(screen.queryByRole('log')).not.toBeInTheDocument(), patience)
    expect(await screen.findByRole('button', { name: 'Join room' })).toBeInTheDocument()
  })
})

describe('signing out', () => {
  it('ends the connection, and who signs in later on the same page has one', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(screen.getByRole('button', { name: 'My account' }))
    await user.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    await screen.findByRole('button', { name: 'Sign in' })
    await waitFor(() => expect(world.server.sockets.count).toBe(0))
    // Later than a lost connection would have been made again.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await signIn(user, 'grace')
    await waitFor(() => expect(world.server.sockets.present(world.room)).toEqual([world.grace]))
    write(world, world.ada, 'welcome back')
    expect(await screen.findByText('welcome back')).toBeInTheDocument()
  })
})

describe('reloading', () => {
  it('takes up what was not sent yet, under the same key', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.faults.push('silence')
    await user.type(await composer(), 'do not lose me{Enter}')
    await waitFor(() => expect(sends(world)).toHaveLength(1))
    await signIn(await openApp(world.server, `/rooms/${world.room.id}`, 'reloaded'))
    await waitFor(() => expect(contents(world)).toEqual(['do not lose me']), patience)
    expect(sends(world)[1]?.key).toBe(sends(world)[0]?.key)
  })
})
