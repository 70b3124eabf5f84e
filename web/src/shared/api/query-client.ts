import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './problem'

const transient = new Set([
  'network',
  'store_unavailable',
  'busy',
  'internal_error',
  'rate_limited',
])

/** What the socket keeps up to date is never stale by age; what fails for a passing reason is asked again. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        retry: (failures, error) =>
          error instanceof ApiError && transient.has(error.code) && failures < 4,
        retryDelay: (failures, error) =>
          error instanceof ApiError && error.retryAfter !== undefined
            ? error.retryAfter * 1000
            : Math.min(8000, 400 * 2 ** failures),
      },
      mutations: { networkMode: 'always' },
    },
  })
}
