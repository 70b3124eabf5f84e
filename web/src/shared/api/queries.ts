import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, call, open } from './client'
import type { User } from './types'

export const serverQuery = queryOptions({
  queryKey: ['server'],
  queryFn: () => call(open.GET('/server')),
  staleTime: 60_000,
})

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => call(api.GET('/auth/me')),
  staleTime: Infinity,
})

/** The one who is signed in. Only below the signed-in part of the app, which waits for it. */
export function useMe(): User {
  const { data } = useQuery(meQuery)
  if (data === undefined) throw new Error('useMe needs a signed-in user')
  return data
}
