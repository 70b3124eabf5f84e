import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { Dialog } from '../src/shared/ui/dialog'
import { toast, Toasts } from '../src/shared/ui/toasts'
import { openApp, signIn, startWorld } from './support/app'

it('a dialog closes by a click beside it, but not by a selection dragged out of it', () => {
  const onClose = vi.fn()
  render(
    <Dialog title="Question" onClose={onClose}>
      <input aria-label="Answer" />
    </Dialog>,
  )
  const dialog = screen.getByRole('dialog')
  fireEvent.pointerDown(screen.getByLabelText('Answer'))
  fireEvent.click(dialog)
  expect(onClose).not.toHaveBeenCalled()
  fireEvent.pointerDown(dialog)
  fireEvent.click(dialog)
  expect(onClose).toHaveBeenCalledOnce()
})

it('what there is to say is said where it can be heard and dismissed: in the dialog that is open', () => {
  const page = (dialog: boolean) => (
    <>
      {dialog && <Dialog title="Question" onClose={vi.fn()} children={null} />}
      <Toasts />
    </>
  )
  const { rerender } = render(page(true))
  // The region was there before the text.
  const regions = screen.getAllByRole('status')
  act(() => toast('Done.'))
  expect(screen.getByRole('dialog')).toHaveTextContent('Done.')
  expect(regions).toContain(screen.getByText('Done.').closest('[role=status]'))
  rerender(page(false))
  expect(screen.getByRole('status')).toHaveTextContent('Done.')
})

describe('dialogs with an address', () => {
  it('stand once in the history', async () => {
    const world = await startWorld()
    const user = await openApp(world.server, '/settings')
    await signIn(user)
    await user.click(await screen.findByRole('link', { name: /general/ }))
    await user.click(await screen.findByRole('button', { name: 'Room menu' }))
    await user.click(screen.getByRole('menuitem', { name: 'Room settings' }))
    await user.click(await screen.findByRole('button', { name: 'Close' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
    expect(window.location.pathname).toBe(`/rooms/${world.room.id}`)
    window.history.back()
    expect(await screen.findByLabelText('Display name')).toBeInTheDocument()
  })

  it('add people only for who may', async () => {
    const world = await startWorld()
    await signIn(await openApp(world.server, `/rooms/${world.room.id}/add`), 'grace')
    await screen.findByRole('log')
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument()
    await signIn(await openApp(world.server, `/rooms/${world.room.id}/add`))
    expect(await screen.findByRole('dialog')).toBeInTheDocument()
  })
})
