/** Values kept in this browser. Storage may be full, forbidden or edited by hand: all of that reads as absent. */
export function readStored(area: Storage, key: string): unknown {
  try {
    const text = area.getItem(key)
    return text === null ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}

export function writeStored(area: Storage, key: string, value: unknown): void {
  try {
    if (value === undefined) area.removeItem(key)
    else area.setItem(key, JSON.stringify(value))
  } catch {
    // Not kept: the app works on from memory.
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
