import { readStored, writeStored } from '@/shared/lib/storage'

const key = 'parley.last-room'

/** The room that was open last on this device. */
export const lastRoom = (): unknown => readStored(localStorage, key)
export const rememberRoom = (roomId: string): void => writeStored(localStorage, key, roomId)
