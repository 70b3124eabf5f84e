import { describe, expect, it } from 'vitest'
import { codePoints, makeKey } from './keys'
import { makeLimit } from './limit'
import { hueOf, initials } from './people'
import { dayLabel, dayOf, relativeTime } from './time'

describe('people', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['grace', 'G'],
    ['jean-luc.picard', 'JP'],
    ['  ', '?'],
    ['😀 smile', '😀S'],
  ])('has initials for %s', (name, expected) => expect(initials(name)).toBe(expected))

  it('keeps a colour for an id', () => {
    expect(hueOf('01j9z3k6v8m2n4p6q8r0s2t4v6')).toBe(hueOf('01j9z3k6v8m2n4p6q8r0s2t4v6'))
    const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`)
    expect(new Set(ids.map(hueOf)).size).toBeGreaterThan(8)
  })
})

describe('times', () => {
  const now = new Date(2026, 2, 30, 0, 30)
  const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString()

  it('names days as the reader’s calendar has them', () => {
    expect(dayLabel(at(2026, 2, 30, 0), now)).toBe('Today')
    expect(dayLabel(at(2026, 2, 29, 23), now)).toBe('Yesterday')
    expect(dayLabel(at(2026, 2, 28, 1), now)).toContain('28')
    expect(dayLabel(at(2025, 2, 30, 1), now)).toContain('2025')
  })

  it('tells two days apart that midnight parts', () => {
    expect(dayOf(at(2026, 2, 29, 23))).not.toBe(dayOf(at(2026, 2, 30, 0)))
  })

  it('tells how long ago', () => {
    const moment = Date.parse('2026-01-10T12:00:00.000Z')
    expect(relativeTime('2026-01-10T11:59:40.000Z', moment)).toBe('just now')
    expect(relativeTime('2026-01-10T11:55:00.000Z', moment)).toBe('5 minutes ago')
    expect(relativeTime('2026-01-12T12:00:00.000Z', moment)).toBe('in 2 days')
  })
})

describe('keys', () => {
  it('are of the alphabet that the server takes, and never the same', () => {
    const keys = Array.from({ length: 1000 }, makeKey)
    expect(keys.every((key) => /^[A-Za-z0-9_-]{1,64}$/.test(key))).toBe(true)
    expect(new Set(keys).size).toBe(1000)
  })

  it('counts as the server does, in code points', () => expect(codePoints('a😀é')).toBe(3))
})

describe('a limit', () => {
  it('runs so many at a time, in order, and goes on after a failure', async () => {
    const limit = makeLimit(2)
    let running = 0
    let most = 0
    const done: number[] = []
    const work = (number: number) =>
      limit(async () => {
        most = Math.max(most, ++running)
        await Promise.resolve()
        running--
        done.push(number)
        if (number === 1) throw new Error('one fails')
      })
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(work))
    expect(most).toBe(2)
    expect(done).toEqual([1, 2, 3, 4, 5])
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1)
  })
})
