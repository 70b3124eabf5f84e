import { expect, it } from 'vitest'
import { backoff, delayAfter } from './backoff'

it('doubles up to half a minute, with full jitter', () => {
  const longest = (attempt: number) => backoff(attempt, () => 1)
  expect([0, 1, 2, 3].map(longest)).toEqual([1000, 2000, 4000, 8000])
  expect(longest(20)).toBe(30_000)
  expect(backoff(5, () => 0)).toBe(0)
})

it('spreads out who comes back to a server that goes down, and keeps who flooded away', () => {
  expect(delayAfter(1001, 9, () => 1)).toBe(4250)
  expect(delayAfter(4029, 0, () => 0)).toBe(5000)
  expect(delayAfter(1006, 1, () => 0.5)).toBe(1000)
})
