import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { allPages, api, call } from '@/shared/api/client'

const usersKey = ['admin', 'users'] as const
const invitesKey = ['admin', 'invites'] as const

export function useUsers(q: string) {
  return useInfiniteQuery({
    queryKey: [...usersKey, q],
    queryFn: ({ pageParam }) =>
      call(
        api.GET('/admin/users', {
          params: {
            query: {
              limit: 50,
              ...(q === '' ? {} : { q }),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
}

const ofUser = (userId: string) => ({ params: { path: { user_id: userId } } })

export function useSetDisabled() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ userId, disabled }: { userId: string; disabled: boolean }) =>
      call(api.PATCH('/admin/users/{user_id}', { ...ofUser(userId), body: { disabled } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersKey }),
  })
}

export const useMakeResetLink = () =>
  useMutation({
    mutationFn: (userId: string) =>
      call(api.POST('/admin/users/{user_id}/password-reset', ofUser(userId))),
  })

export const useServerInvites = () =>
  useQuery({
    queryKey: invitesKey,
    queryFn: () =>
      allPages((cursor) =>
        call(
          api.GET('/admin/invites', {
            params: { query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) } },
          }),
        ),
      ),
    staleTime: 0,
  })

export function useCreateServerInvite() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { expires_in_hours?: number; max_uses?: number }) =>
      call(api.POST('/admin/invites', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invitesKey }),
  })
}

export function useDeleteServerInvite() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      call(api.DELETE('/admin/invites/{invite_id}', { params: { path: { invite_id: id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invitesKey }),
  })
}
