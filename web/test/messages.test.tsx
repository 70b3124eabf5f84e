import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { FakeProblem } from './fake/problem'
import {
  composer,
  contents,
  messages,
  openRoom,
  patience,
  sends,
  startWorld,
  write,
  line,
} from './support/app'

describe('writing', () => {
  it('sends on Enter, and makes a new line on Shift+Enter', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    await user.type(await composer(), 'one{Shift>}{Enter}{/Shift}two{Enter}')
    await waitFor(() => expect(contents(world)).toEqual(['one\ntwo']))
    expect(await composer()).toHaveValue('')
    expect(await screen.findByText(/one\s+two/)).toBeInTheDocument()
  })

  it('does not send on the Enter that ends a composition', async () => {
    const world = await startWorld()
    await openRoom(world)
    const field = await composer()
    fireEvent.change(field, { target: { value: 'にほん' } })
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 })
    expect(field).toHaveValue('にほん')
    expect(sends(world)).toHaveLength(0)
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 })
    await waitFor(() => expect(contents(world)).toEqual(['にほん']))
  })

  it('shows a message at once, and once, with the time of the server', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.faults.push('silence')
    await user.type(await composer(), 'hello{Enter}')
    expect(await screen.findByText('Sending…')).toBeInTheDocument()
    const [sent] = sends(world)
    world.server.state.append(world.room, world.ada, {
      type: 'message',
      key: sent?.key,
      content: 'hello',
    })
    await waitFor(() => expect(screen.queryByText('Sending…')).not.toBeInTheDocument())
    expect(screen.getAllByText('hello')).toHaveLength(1)
    expect(messages()).toHaveLength(1)
    const row = screen.getByRole('article')
    expect(within(row).getByRole('time')).toHaveAttribute(
      'dateTime',
      world.room.entries.at(-1)?.timestamp,
    )
  })

  it('keeps a draft for each room', async () => {
    const world = await startWorld()
    world.server.state.addRoom(world.ada, { name: 'other', description: '', visibility: 'public' })
    const user = await openRoom(world)
    await user.type(await composer(), 'half a thought')
    await user.click(screen.getByRole('link', { name: /other/ }))
    expect(await screen.findByRole('textbox', { name: 'Message other' })).toHaveValue('')
    await user.click(screen.getByRole('link', { name: /general/ }))
    expect(await composer()).toHaveValue('half a thought')
  })

  it('refuses what is too long before the server does', async () => {
    const world = await startWorld()
    await openRoom(world)
    fireEvent.change(await composer(), { target: { value: '😀'.repeat(4001) } })
    expect(screen.getByText('1 too many')).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
  })
})

describe('sending in doubt', () => {
  it('retries an unknown outcome by its key', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.faults.push({ code: 'outcome_unknown', written: false })
    await user.type(await composer(), 'just once{Enter}')
    await waitFor(() => expect(contents(world)).toEqual(['just once']))
    expect(sends(world)).toHaveLength(2)
    expect(sends(world)[1]?.key).toBe(sends(world)[0]?.key)
  })

  it('is settled by seeing the message in the log', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.faults.push({ code: 'outcome_unknown', written: true })
    await user.type(await composer(), 'just once{Enter}')
    await waitFor(() => expect(messages()).toHaveLength(1))
    await waitFor(() => expect(screen.queryByText('Sending…')).not.toBeInTheDocument())
    expect(contents(world)).toEqual(['just once'])
  })

  it('settles the oldest first, and keeps the order', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    const refused = { code: 'store_unavailable', written: false } as const
    world.server.sockets.faults.push(refused, refused, refused)
    const field = await composer()
    await user.type(field, 'first{Enter}second{Enter}third{Enter}')
    await waitFor(() => expect(contents(world)).toEqual(['first', 'second', 'third']), patience)
    await waitFor(() => expect(screen.queryByText('Sending…')).not.toBeInTheDocument())
    expect(messages()).toHaveLength(3)
  })

  it('waits as long as it is told', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.faults.push({ code: 'rate_limited', written: false, retry_after: 1 })
    await user.type(await composer(), 'patience{Enter}')
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(sends(world)).toHaveLength(1)
    await waitFor(() => expect(contents(world)).toEqual(['patience']))
  })

  it('says when a message was refused, and lets it be sent again or discarded', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    const refused = { code: 'forbidden', written: false } as const
    world.server.sockets.faults.push(refused, null, refused)
    await user.type(await composer(), 'refused{Enter}accepted{Enter}')
    expect(await screen.findByRole('alert')).toHaveTextContent('Not sent. Refused: forbidden.')
    await waitFor(() => expect(contents(world)).toEqual(['accepted']))
    await user.click(screen.getByRole('button', { name: 'Retry' }))
    // The button goes away: the focus stays among the messages.
    expect(screen.getByRole('log')).toHaveFocus()
    await waitFor(() => expect(sends(world)).toHaveLength(3))
    await user.click(await screen.findByRole('button', { name: 'Discard' }))
    expect(screen.queryByText('refused')).not.toBeInTheDocument()
    expect(screen.getByRole('log')).toHaveFocus()
    expect(contents(world)).toEqual(['accepted'])
  })

  it('sends what was written without a connection, once it is back', async () => {
    const world = await startWorld()
    const user = await openRoom(world)
    world.server.sockets.away = true
    world.server.sockets.cut()
    await screen.findByText(/Connection lost/)
    await user.type(await composer(), 'meanwhile{Enter}')
    expect(await screen.findByText('Waiting for the connection…')).toBeInTheDocument()
    world.server.sockets.away = false
    await user.click(await screen.findByRole('button', { name: 'Try now' }))
    await waitFor(() => expect(contents(world)).toEqual(['meanwhile']), patience)
    expect(screen.getAllByText('meanwhile')).toHaveLength(1)
  })
})

describe('reading', () => {
  it('shows text as text, and links only where they are safe', async () => {
    const world = await startWorld()
    write(
      world,
      world.grace,
      '<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/a_(b).',
    )
    await openRoom(world)
    expect(await screen.findByText(/<img src=x/)).toBeInTheDocument()
    const links = within(screen.getByRole('log')).getAllByRole('link')
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://example.org/a_(b)'])
    expect(links[0]).toHaveAttribute('rel', expect.stringContaining('noopener'))
  })

  it('tells who came, and what the room is called now', async () => {
    const world = await startWorld()
    await openRoom(world)
    expect(await line('Ada Lovelace created the room')).toBeInTheDocument()
    expect(await line('Grace Hopper joined')).toBeInTheDocument()
    const change = { name: 'plaza', description: '', visibility: 'public' }
    world.server.state.append(world.room, world.ada, { type: 'room_changed', ...change })
    expect(await line('it is now “plaza”, public')).toBeInTheDocument()
    expect(await screen.findByRole('heading', { level: 1, name: /plaza/ })).toBeInTheDocument()
  })

  it('reads the messages of others out, but not the history', async () => {
    const world = await startWorld()
    write(world, world.grace, 'old news')
    await openRoom(world)
    await screen.findByText('old news')
    write(world, world.grace, 'fresh news')
    write(world, world.grace, 'more of it')
    expect(await screen.findByText('Grace Hopper: more of it')).toBeInTheDocument()
    expect(screen.getByText('Grace Hopper: fresh news')).toBeInTheDocument()
    expect(screen.queryByText('Grace Hopper: old news')).not.toBeInTheDocument()
  })

  it('loads older messages when it is scrolled to the top', async () => {
    const world = await startWorld()
    for (let number = 1; number <= 120; number++) write(world, world.grace, `number ${number}`)
    await openRoom(world)
    await screen.findByText('number 120')
    expect(screen.queryByText('number 70')).not.toBeInTheDocument()
    fireEvent.scroll(screen.getByRole('log'))
    expect(await screen.findByText('number 21')).toBeInTheDocument()
    fireEvent.scroll(screen.getByRole('log'))
    expect(await screen.findByText('number 1')).toBeInTheDocument()
    expect(messages()).toHaveLength(120)
  })

  it('loads a room whose page failed, with what was said meanwhile and no gap', async () => {
    const world = await startWorld()
    const { state, setFault } = world.server
    const other = state.addRoom(world.ada, { name: 'other', description: '', visibility: 'public' })
    state.join(other, world.grace)
    const say = (content: string) =>
      state.append(other, world.grace, { type: 'message', key: content, content })
    const user = await openRoom(world)
    let asked = 0
    setFault((path) => {
      if (path !== `/rooms/${other.id}/messages`) return null
      if (++asked > 1) return new FakeProblem('conflict', 'No luck.')
      // Pushed before it is tried again.
      say('while it loads')
      return new FakeProblem('busy')
    })
    await user.click(screen.getByRole('link', { name: /other/ }))
    expect(await screen.findByText('No luck.')).toBeInTheDocument()
    for (let number = 1; number <= 60; number++) say(`later ${number}`)
    await waitFor(() =>
      expect(screen.getByRole('link', { name: /other/ })).toHaveTextContent('61 unread'),
    )
    expect(screen.getByText('No luck.')).toBeInTheDocument()

    setFault(() => null)
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await screen.findByText('later 60')
    fireEvent.scroll(screen.getByRole('log'))
    await screen.findByText('while it loads')
    expect(messages()).toHaveLength(61)
  })

  it('says beside the messages that older ones could not be loaded, and asks again when told to', async () => {
    const world = await startWorld()
    for (let number = 1; number <= 120; number++) write(world, world.grace, `number ${number}`)
    await openRoom(world)
    await screen.findByText('number 120')
    let asked = 0
    world.server.setFault((path) => {
      if (path.endsWith('/messages')) asked++
      return path.endsWith('/messages') ? new FakeProblem('store_unavailable') : null
    })
    fireEvent.scroll(screen.getByRole('log'))
    const again = await screen.findByRole('button', { name: 'Try again' })
    for (let more = 0; more < 5; more++) fireEvent.scroll(screen.getByRole('log'))
    expect(asked).toBe(1)
    expect(screen.getAllByRole('alert')).toHaveLength(1)
    world.server.setFault(() => null)
    fireEvent.click(again)
    expect(await screen.findByText('number 21')).toBeInTheDocument()
    expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  })

  it('knows a new display name after the hint that it changed', async () => {
    const world = await startWorld()
    write(world, world.grace, 'hello')
    await openRoom(world)
    await screen.findByRole('article', { name: /Grace Hopper/ })
    world.grace.display_name = 'Admiral Hopper'
    world.server.state.onProfile(world.grace)
    expect(await screen.findByRole('article', { name: /Admiral Hopper/ })).toBeInTheDocument()
  })
})
