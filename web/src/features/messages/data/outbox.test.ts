import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CommandError } from '@/shared/socket/link'
import type { Reply } from '@/shared/socket/protocol'
import { Outbox } from './outbox'

type Open = {
  key: string
  content: string
  accept: (seq?: number) => void
  refuse: (code: string, after?: number, message?: string) => void
}

const reply: Reply = { type: 'reply', ref: '1', ok: true, timestamp: '' }

/** A server in the test's hands: each send waits until the test answers it. */
function make() {
  const open: Open[] = []
  const outbox = new Outbox()
  outbox.connect({
    send: (_, key, content) =>
      new Promise((resolve, reject) => {
        open.push({
          key,
          content,
          accept: (seq = 1) => resolve({ ...reply, seq }),
          refuse: (code, after, message = code) =>
            reject(new CommandError(code as 'timeout', message, after, 'content')),
        })
      }),
  })
  const states = () => outbox.items.get().map((item) => `${item.content} ${item.state}`)
  return { open, outbox, states }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const settle = () => vi.advanceTimersByTimeAsync(0)

describe('an outbox', () => {
  it('has several of a room on their way, in order', async () => {
    const { open, outbox, states } = make()
    outbox.add('r', 'a')
    outbox.add('r', 'b')
    expect(open.map((one) => one.content)).toEqual(['a', 'b'])
    open[0]?.accept()
    await settle()
    expect(states()).toEqual(['a sent', 'b pending'])
  })

  it('tries the oldest alone after a failure that passes, and the others after it', async () => {
    const { open, outbox } = make()
    for (const content of ['a', 'b', 'c']) outbox.add('r', content)
    for (const one of open.splice(0)) one.refuse('outcome_unknown')
    await vi.advanceTimersByTimeAsync(500)
    expect(open.map((one) => one.content)).toEqual(['a'])
    open[0]?.accept()
    await settle()
    expect(open.map((one) => one.content)).toEqual(['a', 'b', 'c'])
  })

  it('does not begin again before all that were on their way are answered', async () => {
    const { open, outbox } = make()
    outbox.add('r', 'a')
    outbox.add('r', 'b')
    open[0]?.refuse('rate_limited', 1)
    await vi.advanceTimersByTimeAsync(5000)
    expect(open).toHaveLength(2)
    open[1]?.refuse('rate_limited', 1)
    await vi.advanceTimersByTimeAsync(5000)
    expect(open[2]?.content).toBe('a')
  })

  it('lets a refused message fail alone', async () => {
    const { open, outbox, states } = make()
    outbox.add('r', 'a')
    outbox.add('r', 'b')
    open[0]?.refuse('validation_failed')
    open[1]?.accept()
    await settle()
    expect(states()).toEqual(['a failed', 'b sent'])
  })

  it('says why in a sentence, without the name of the field', async () => {
    const { open, outbox } = make()
    outbox.add('r', 'a')
    open[0]?.refuse('validation_failed', undefined, 'content: must not hold U+0000')
    await settle()
    expect(outbox.items.get()[0]?.reason).toBe('Must not hold U+0000.')
  })

  it('gives up after a while, and holds back what came later until the reader decides', async () => {
    const { open, outbox, states } = make()
    outbox.add('r', 'a')
    for (let tries = 0; tries < 7; tries++) {
      open.at(-1)?.refuse('store_unavailable')
      await vi.advanceTimersByTimeAsync(10_000)
    }
    outbox.add('r', 'b')
    expect(states()).toEqual(['a failed', 'b pending'])
    expect(open.filter((one) => one.content === 'b')).toHaveLength(0)
    const [item] = outbox.items.get()
    outbox.retry(item?.key ?? '')
    open.at(-1)?.accept()
    await settle()
    open.at(-1)?.accept()
    await settle()
    expect(states()).toEqual(['a sent', 'b sent'])
    expect(new Set(open.filter((one) => one.content === 'a').map((one) => one.key)).size).toBe(1)
  })

  it('waits for the next connection when this one is lost', async () => {
    const { open, outbox } = make()
    outbox.add('r', 'a')
    outbox.add('r', 'b')
    for (const one of open.splice(0)) one.refuse('disconnected')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(open).toHaveLength(0)
    outbox.resume()
    expect(open.map((one) => one.content)).toEqual(['a'])
  })

  it('lets go of a message in a stretch of the log that is not told any more', async () => {
    const { open, outbox, states } = make()
    for (const content of ['a', 'b', 'c']) outbox.add('r', content)
    // After a reset: the page of the newest comes after one answer, and before the others.
    open[0]?.accept(5)
    await settle()
    expect(states()).toEqual(['a sent', 'b pending', 'c pending'])
    outbox.settle([{ room_id: 'r', seq: 1300, key: 'of somebody' }])
    expect(states()).toEqual(['b pending', 'c pending'])
    open[1]?.accept(6)
    open[2]?.accept(1301)
    await settle()
    expect(states()).toEqual(['c sent'])
  })

  it('is kept over a reload, for the same user only', () => {
    const { outbox } = make()
    outbox.load('ada')
    outbox.add('r', 'a')
    const ada = new Outbox()
    ada.load('ada')
    expect(ada.items.get()).toEqual(outbox.items.get())
    const grace = new Outbox()
    grace.load('grace')
    expect(grace.items.get()).toEqual([])
  })
})
