/** Lets callers pass one after the other, so many milliseconds apart: for work that must not crowd out the rest. */
export function makePace(apart: number): () => Promise<void> {
  let next = 0
  return async () => {
    const now = performance.now()
    const turn = Math.max(now, next)
    next = turn + apart
    if (turn > now) await new Promise((resolve) => setTimeout(resolve, turn - now))
  }
}

/** Runs so many at a time; the others wait for their turn. */
export function makeLimit(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}
