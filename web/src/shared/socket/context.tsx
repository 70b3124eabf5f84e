import { createContext, use } from 'react'
import { useStore } from '@/shared/lib/store'
import type { Socket, SocketState } from './socket'

export const SocketContext = createContext<Socket | null>(null)

export function useSocket(): Socket {
  const socket = use(SocketContext)
  if (socket === null) throw new Error('useSocket needs a SocketContext')
  return socket
}

export function useSocketState(): SocketState {
  return useStore(useSocket().state)
}
