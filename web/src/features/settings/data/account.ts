import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { allPages, api, call } from '@/shared/api/client'
import { meQuery } from '@/shared/api/queries'
import { session } from '@/shared/api/session'
import { learnNames } from '@/shared/users/names'

const sessionsKey = ['sessions'] as const
const tokensKey = ['tokens'] as const
const page = (cursor?: string) => ({
  params: { query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) } },
})

export function useChangeName() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (display_name: string) => call(api.PATCH('/auth/me', { body: { display_name } })),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me)
      learnNames(queryClient, [me])
    },
  })
}

export function useChangePassword() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      call(api.POST('/auth/password', { body })),
    // The other sessions have ended.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsKey }),
  })
}

export const useSessions = () =>
  useQuery({
    queryKey: sessionsKey,
    queryFn: () => allPages((cursor) => call(api.GET('/auth/sessions', page(cursor)))),
    staleTime: 0,
  })

export function useEndSession() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/auth/sessions/{session_id}', { params: { path: { session_id: id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsKey }),
  })
}

export async function signOutEverywhere(): Promise<void> {
  await call(api.POST('/auth/logout-all'))
  session.end('none')
}

export const useTokens = () =>
  useQuery({
    queryKey: tokensKey,
    queryFn: () => allPages((cursor) => call(api.GET('/auth/tokens', page(cursor)))),
    staleTime: 0,
  })

export function useCreateToken() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; expires_in_days?: number }) =>
      call(api.POST('/auth/tokens', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  })
}

export function useRevokeToken() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/auth/tokens/{token_id}', { params: { path: { token_id: id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  })
}
