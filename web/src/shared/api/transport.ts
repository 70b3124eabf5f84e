import { isRecord } from '@/shared/lib/storage'
import { ApiError, type ErrorCode } from './problem'

/** fetch, but no answer at all is an ApiError like every other failure. */
export async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('network', 'No answer from the server.')
  }
}

export async function problemFrom(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined)
  return toError(response, body)
}

/** A proxy before the server may answer something else than a problem: then the status decides. */
export function toError(response: Response, body: unknown): ApiError {
  const problem = isRecord(body) ? body : {}
  const retryAfter = Number(response.headers.get('Retry-After') ?? NaN)
  const code = typeof problem.code === 'string' ? problem.code : codeOf(response.status)
  return new ApiError(
    code as ErrorCode | 'network',
    typeof problem.detail === 'string' ? problem.detail : `The server answered ${response.status}.`,
    {
      status: response.status,
      ...(typeof problem.field === 'string' ? { field: problem.field } : {}),
      ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
    },
  )
}

function codeOf(status: number): ErrorCode | 'network' {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  if (status === 502 || status === 503 || status === 504) return 'network'
  return 'internal_error'
}
