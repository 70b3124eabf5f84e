/**
 * What is pushed while an answer is on its way, to be done to the answer too: it may be older. One for all answers of a
 * kind, by key.
 */
export class LateChanges<T> {
  readonly #loading = new Map<string, ((value: T) => T)[]>()

  async load(key: string, load: () => Promise<T>): Promise<T> {
    const changes: ((value: T) => T)[] = []
    this.#loading.set(key, changes)
    try {
      const value: T = await load()
      return changes.reduce<T>((soFar, change) => change(soFar), value)
    } finally {
      if (this.#loading.get(key) === changes) this.#loading.delete(key)
    }
  }

  add(key: string, change: (value: T) => T): void {
    this.#loading.get(key)?.push(change)
  }
}
