import { fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { FakeProblem } from './fake/problem'
import {
  changeHandsElsewhere,
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

  it('leaves no gap where an older page comes after that', async () => {
    const world = await startWorld()
    for (let number = 1; number <= 120; number++) write(world, world.grace, `number ${number}`)
    await openRoom(world)
    await screen.findByText('number 120')
    let arrive: () => void = () => undefined
    const held = new Promise<void>((resolve) => (arrive = resolve))
    let older = true
    world.server.setOnTheWay((path) => {
      if (!older || !path.endsWith('/messages')) return undefined
      older = false
      return held
    })
    fireEvent.scroll(screen.getByRole('log'))
    await waitFor(() => expect(older).toBe(false))
    world.server.sockets.cut()
    for (let number = 1; number <= 1100; number++) write(world, world.grace, `missed ${number}`)
    await screen.findByText('missed 1100', {}, patience)
    arrive()
    // Until it has come, no other is asked for.
    await waitFor(() => {
      fireEvent.scroll(screen.getByRole('log'))
      expect(screen.getByText('missed 1001')).toBeInTheDocument()
    })
    expect(messages().filter((text) => text.includes('number'))).toEqual([])
  })

  it('tells of a room that one was removed from meanwhile, and keeps what was not sent', async () => {
    const world = await startWorld()
    const user = await openRoom(world, 'grace')
    world.server.sockets.away = true
    world.server.sockets.cut()
    await screen.findByText(/Connection lost/)
    await user.type(await composer(), 'wait for me{Enter}')
    await user.type(await composer(), 'and then')
    world.server.state.leave(world.room, world.grace, world.ada)
    // As where the rooms are asked for first: only the room itself tells.
    world.grace.stream.pop()
    world.server.sockets.away = false
    await user.click(await screen.findByRole('button', { name: 'Try now' }))
    await waitFor(() => expect(screen.queryByRole('log')).not.toBeInTheDocument(), patience)
    expect(screen.getByText('general no longer has you as a member.')).toBeInTheDocument()
    expect(screen.getByText(/had not sent .* is kept as a draft/)).toBeInTheDocument()
    await user.click(await screen.findByRole('button', { name: 'Join room' }))
    expect(await composer()).toHaveValue('wait for me\n\nand then')
    expect(contents(world)).toEqual([])
  })
})

describe('what failed while the server was away', () => {
  it('is asked for again when it is back', async () => {
    const world = await startWorld()
    world.server.setFault((path) =>
      path.endsWith('/members') ? new FakeProblem('conflict', 'Away.') : null,
    )
    await openRoom(world)
    expect(await screen.findByText('Away.')).toBeInTheDocument()
    world.server.setFault(() => null)
    world.server.sockets.cut()
    expect(await screen.findByText('@grace', {}, patience)).toBeInTheDocument()
    expect(screen.queryByText('Away.')).not.toBeInTheDocument()
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

/** Whether closing the tab asks first. */
const closingAsks = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))

describe('closing', () => {
  it('asks as long as something is not sent', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    expect(closingAsks()).toBe(false)
    world.server.sockets.away = true
    world.server.sockets.cut()
    await screen.findByText(/Connection lost/)
    await user.type(await composer(), 'do not lose me{Enter}')
    expect(closingAsks()).toBe(true)
    world.server.sockets.away = false
    await user.click(await screen.findByRole('button', { name: 'Try now' }))
    await waitFor(() => expect(contents(world)).toEqual(['do not lose me']), patience)
    await waitFor(() => expect(closingAsks()).toBe(false))
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

describe('a tab that slept while somebody else signed in in another one', () => {
  it('is theirs, and sends nothing that the one before had written', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.away = true
    world.server.sockets.cut()
    await screen.findByText(/Connection lost/)
    await user.type(await composer(), 'by ada{Enter}')
    await screen.findByText('Waiting for the connection…')
    await changeHandsElsewhere(world, 'grace')
    world.server.sockets.away = false
    await user.click(await screen.findByRole('button', { name: 'Try now' }))
    expect(await screen.findByText('@grace', { selector: 'nav *' }, patience)).toBeInTheDocument()
    expect(screen.queryByText('by ada')).not.toBeInTheDocument()
    await user.type(await composer(), 'by grace{Enter}')
    await waitFor(() => expect(contents(world)).toEqual(['by grace']))
    expect(world.room.entries.at(-1)?.username).toBe('grace')
    expect(sends(world)).toHaveLength(1)
  })

  it('repeats nothing as them that was asked for as the one before', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.click(screen.getByRole('button', { name: 'Create a room' }))
    await user.type(screen.getByLabelText('Name'), 'plans of ada')
    await changeHandsElsewhere(world, 'grace')
    await user.click(screen.getByRole('button', { name: 'Create room' }))
    expect(await screen.findByText('@grace', { selector: 'nav *' }, patience)).toBeInTheDocument()
    expect(world.server.state.rooms.size).toBe(1)
  })
})
