import { describe, expect, it } from 'vitest'
import { codePoints, makeKey } from './keys'
import { makeLimit } from './limit'
import { hueOf, initials } from './people'
import { clockTime, dayLabel, dayOf, pastTime, relativeTime } from './time'

describe('people', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['grace', 'G'],
    ['jean-luc.picard', 'JP'],
    ['  ', '?'],
    ['😀 smile', '😀S'],
    ['👩‍👩‍👧‍👦 family', '👩‍👩‍👧‍👦F'],
    ['🇨🇭', '🇨🇭'],
  ])('has initials for %s', (name, expected) => expect(initials(name)).toBe(expected))

  it('keeps a colour for an id', () => {
    expect(hueOf('01j9z3k6v8m2n4p6q8r0s2t4v6')).toBe(hueOf('01j9z3k6v8m2n4p6q8r0s2t4v6'))
    const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`)
    expect(new Set(ids.map(hueOf)).size).toBeGreaterThan(8)
  })
})

// In St. John's, which is 2.5 hours behind UTC in summer and 3.5 in winter; see vite.config.ts.
describe('times', () => {
  it('are those of a zone that is not UTC', () => {
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe('America/St_Johns')
    expect(new Date('2026-07-01T00:00:00.000Z').getTimezoneOffset()).toBe(150)
  })

  it('names days as the reader’s calendar has them', () => {
    const now = new Date('2026-05-04T02:30:00.000Z')
    expect(dayLabel('2026-05-04T02:30:00.000Z', now)).toBe('Today')
    expect(dayLabel('2026-05-04T02:29:59.999Z', now)).toBe('Yesterday')
    expect(dayLabel('2026-05-03T02:30:00.000Z', now)).toBe('Yesterday')
    expect(dayLabel('2026-05-03T02:29:59.999Z', now)).toContain('2')
    expect(dayLabel('2026-01-01T03:30:00.000Z', now)).not.toContain('202')
    expect(dayLabel('2026-01-01T03:29:59.999Z', now)).toContain('2025')
  })

  it.each([
    ['an hour short', '2026-03-08T03:30:00.000Z', '2026-03-09T02:30:00.000Z'],
    ['an hour long', '2026-11-01T02:30:00.000Z', '2026-11-02T03:30:00.000Z'],
  ])('names the day before, when it was %s', (_, midnight, next) => {
    expect(dayLabel(midnight, new Date(midnight))).toBe('Today')
    expect(dayLabel(midnight, new Date(Date.parse(next) - 1))).toBe('Today')
    expect(dayLabel(midnight, new Date(next))).toBe('Yesterday')
  })

  it('tells two days apart that the reader’s midnight parts, and no others', () => {
    expect(dayOf('2026-05-04T02:29:59.999Z')).not.toBe(dayOf('2026-05-04T02:30:00.000Z'))
    expect(dayOf('2026-05-03T23:59:59.999Z')).toBe(dayOf('2026-05-04T00:00:00.000Z'))
  })

  it('has the reader’s clock', () => {
    expect(clockTime('2026-05-04T13:45:00.000Z')).toMatch(/^11.15/)
  })

  it('tells how long ago', () => {
    const moment = Date.parse('2026-01-10T12:00:00.000Z')
    expect(relativeTime('2026-01-10T11:59:40.000Z', moment)).toBe('just now')
    expect(relativeTime('2026-01-10T11:55:00.000Z', moment)).toBe('5 minutes ago')
    expect(relativeTime('2026-01-12T12:00:00.000Z', moment)).toBe('in 2 days')
    expect(pastTime('2026-01-10T11:55:00.000Z', moment)).toBe('5 minutes ago')
    expect(pastTime('2026-01-12T12:00:00.000Z', moment)).toBe('just now')
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
