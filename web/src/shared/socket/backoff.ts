import { closeCodes } from './protocol'

const base = 1_000
const cap = 30_000

/** Milliseconds to wait: exponential backoff with full jitter, so that many clients do not come back at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(cap, base * 2 ** attempt)
}

/** Milliseconds until the next try after a connection closed with this code. */
export function delayAfter(
  code: number,
  attempt: number,
  random: () => number = Math.random,
): number {
  // Going down: everybody was told at the same moment, and the server needs a moment to be back.
  if (code === closeCodes.goingAway) return 250 + random() * 4_000
  // Flooding: stay away for a while, whatever was sent.
  if (code === closeCodes.flooding) return 5_000 + random() * 10_000
  return backoff(attempt, random)
}
