import { expect, it, vi } from 'vitest'

it('gives up a renewal that gets no answer, and can be tried again', async () => {
  window.PARLEY = { server: 'http://server' }
  const { session } = await import('@/shared/api/session')
  const gaveUp = new AbortController()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(gaveUp.signal)
  const hung = vi.spyOn(globalThis, 'fetch').mockImplementation(
    (request) =>
      new Promise((_, reject) => {
        const { signal } = request as Request
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  )
  const renewal = session.renew()
  expect(timeout).toHaveBeenCalledWith(10_000)
  gaveUp.abort(new DOMException('Too long.', 'TimeoutError'))
  await expect(renewal).rejects.toMatchObject({ code: 'network' })

  hung.mockResolvedValue(
    Response.json({ access_token: 'new', expires_in: 900, session_id: 's', token_type: 'bearer' }),
  )
  timeout.mockReturnValue(new AbortController().signal)
  expect(await session.renew()).toBe('new')
  session.end('none')
})
