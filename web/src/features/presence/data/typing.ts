import { useMemo, useRef } from 'react'
import { useSocket } from '@/shared/socket/context'
import type { Person } from '@/shared/socket/protocol'
import type { Socket } from '@/shared/socket/socket'
import { Store, useStore } from '@/shared/lib/store'

type Typist = Person & { roomId: string }

// As the protocol has it: who does not say so again has stopped.
const forgetAfter = 6_000
const sayEvery = 3_000

const typists = new Store<readonly Typist[]>([])
const timers = new Map<string, ReturnType<typeof setTimeout>>()

const idOf = (roomId: string, userId: string) => `${roomId}/${userId}`

function forget(roomId: string, userId: string): void {
  const id = idOf(roomId, userId)
  clearTimeout(timers.get(id))
  if (!timers.delete(id)) return
  typists.update((all) => all.filter((one) => idOf(one.roomId, one.user_id) !== id))
}

function remember({ roomId, user_id, username }: Typist): void {
  forget(roomId, user_id)
  timers.set(
    idOf(roomId, user_id),
    setTimeout(() => forget(roomId, user_id), forgetAfter),
  )
  typists.update((all) => [...all, { roomId, user_id, username }])
}

export function followTyping(socket: Socket): () => void {
  const offs = [
    socket.on('typing', ({ room_id, user_id, username }) =>
      remember({ roomId: room_id, user_id, username }),
    ),
    // Who has sent, or gone, types no more.
    socket.on('message', ({ room_id, user_id }) => forget(room_id, user_id)),
    socket.on('user_left', ({ room_id, users }) =>
      users.forEach((user) => forget(room_id, user.user_id)),
    ),
  ]
  return () => offs.forEach((off) => off())
}

export function useTypists(roomId: string): Typist[] {
  const all = useStore(typists)
  return useMemo(() => all.filter((one) => one.roomId === roomId), [all, roomId])
}

/** `typed` on every keystroke: it tells the others every few seconds. `sent`: they forget it with the message. */
export function useSayTyping(roomId: string): { typed: () => void; sent: () => void } {
  const socket = useSocket()
  const last = useRef(-Infinity)
  const typed = () => {
    const now = performance.now()
    if (now - last.current < sayEvery) return
    last.current = now
    socket.typing(roomId)
  }
  const sent = () => {
    last.current = -Infinity
  }
  return { typed, sent }
}
