import { readStored, writeStored } from '@/shared/lib/storage'

/** What was typed and not sent, by room, kept on this device. */
const prefix = 'parley.draft.'
const keyOf = (userId: string, roomId: string) => `${prefix}${userId}.${roomId}`

export function readDraft(userId: string, roomId: string): string {
  const draft = readStored(localStorage, keyOf(userId, roomId))
  return typeof draft === 'string' ? draft : ''
}

export function writeDraft(userId: string, roomId: string, text: string): void {
  writeStored(localStorage, keyOf(userId, roomId), text === '' ? undefined : text)
}

/** At signing out: nothing that was typed stays behind in the browser. */
export function clearDrafts(userId: string): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${prefix}${userId}.`)) localStorage.removeItem(key)
    }
  } catch {
    // No storage, no drafts.
  }
}
