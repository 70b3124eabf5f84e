import createClient from 'openapi-fetch'
import { apiBase } from '@/shared/config'
import type { paths } from './schema'
import { session } from './session'
import { reach, toError } from './transport'

const options = {
  baseUrl: apiBase,
  credentials: 'include',
  querySerializer: { array: { style: 'form', explode: false } },
} as const

/** Calls that ask for no sign-in. */
export const open = createClient<paths>({ ...options, fetch: reach })

/** Calls as the one who is signed in. An access token that has run out is renewed and the call repeated, once. */
export const api = createClient<paths>({ ...options, fetch: signedFetch })

async function signedFetch(request: Request): Promise<Response> {
  const again = request.clone()
  const before = session.state.get()
  const token = await session.token()
  if (token === null) return reach(request)
  const response = await reach(withToken(request, token))
  if (response.status !== 401) return response
  const renewed = await session.renew()
  // Never as somebody who has signed in meanwhile.
  if (session.state.get() !== before) return response
  return renewed === null ? response : reach(withToken(again, renewed))
}

function withToken(request: Request, token: string): Request {
  request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

type Result<T> = Promise<{ data?: T; error?: unknown; response: Response }>

/** The answer's body; throws an ApiError for everything that is not a success. */
export async function call<T>(result: Result<T>): Promise<T> {
  const { data, error, response } = await result
  if (!response.ok) throw toError(response, error)
  return data as T
}

type Page<T> = { items: T[]; next_cursor: string | null }

/** All pages of a list, one after the other. */
export async function allPages<T>(page: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const answer = await page(cursor)
    items.push(...answer.items)
    cursor = answer.next_cursor ?? undefined
  } while (cursor !== undefined)
  return items
}
