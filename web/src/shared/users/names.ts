import { useQuery, type QueryClient } from '@tanstack/react-query'
import { api, call } from '@/shared/api/client'
import type { PublicUser } from '@/shared/api/types'
import type { Socket } from '@/shared/socket/socket'

type Asked = { resolve: (user: PublicUser | null) => void; reject: (error: unknown) => void }

const batchSize = 100
let asked = new Map<string, Asked[]>()

/** Looks a user up together with all others that are asked for in the same moment. */
function lookUp(id: string): Promise<PublicUser | null> {
  return new Promise((resolve, reject) => {
    if (asked.size === 0) setTimeout(ask, 20)
    asked.set(id, [...(asked.get(id) ?? []), { resolve, reject }])
  })
}

function ask(): void {
  const batch = [...asked]
  asked = new Map()
  for (let start = 0; start < batch.length; start += batchSize) {
    void askFor(new Map(batch.slice(start, start + batchSize)))
  }
}

async function askFor(batch: Map<string, Asked[]>): Promise<void> {
  try {
    const { items } = await call(
      api.GET('/users', { params: { query: { ids: [...batch.keys()] } } }),
    )
    const found = new Map(items.map((user) => [user.id, user]))
    for (const [id, all] of batch) for (const { resolve } of all) resolve(found.get(id) ?? null)
  } catch (error) {
    for (const all of batch.values()) for (const { reject } of all) reject(error)
  }
}

const keyOf = (id: string) => ['user', id] as const

/** The name to show for a user; the user name stands in until the display name is known. */
export function useName(id: string, username: string): string {
  const { data } = useQuery({ queryKey: keyOf(id), queryFn: () => lookUp(id), staleTime: Infinity })
  return data?.display_name ?? username
}

/** Keeps names that came with another answer, so that they need not be asked for. */
export function learnNames(queryClient: QueryClient, users: PublicUser[]): void {
  for (const { id, username, display_name } of users) {
    queryClient.setQueryData(keyOf(id), { id, username, display_name })
  }
}

/** Display names are not in the log: a hint says that one changed, and after a reconnect all may have. */
export function followNames(socket: Socket, queryClient: QueryClient): () => void {
  const offs = [
    socket.on('profile', ({ user_id }) => {
      void queryClient.invalidateQueries({ queryKey: keyOf(user_id) })
    }),
    socket.on('resumed', () => {
      void queryClient.invalidateQueries({ queryKey: ['user'] })
    }),
  ]
  return () => offs.forEach((off) => off())
}
