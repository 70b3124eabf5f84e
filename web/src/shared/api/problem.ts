import { countOf } from '@/shared/lib/count'
import type { components } from './schema'

export type ErrorCode = components['schemas']['ErrorCode']
export type Problem = components['schemas']['Problem']

/** What a call failed with: the server's problem, or `network` where there was no answer. */
export class ApiError extends Error {
  readonly code: ErrorCode | 'network'
  readonly status: number
  readonly field: string | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined

  constructor(
    code: ErrorCode | 'network',
    message: string,
    more: { status?: number; field?: string; retryAfter?: number } = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = more.status ?? 0
    this.field = more.field
    this.retryAfter = more.retryAfter
  }
}

export function hasCode(error: unknown, ...codes: (ErrorCode | 'network')[]): boolean {
  return error instanceof ApiError && codes.includes(error.code)
}

// Where the server's own words are precise but not for everyone.
const words: Partial<Record<ErrorCode | 'network', string>> = {
  network: 'The server cannot be reached. Check your connection and try again.',
  invalid_credentials: 'The user name or the password is wrong.',
  account_disabled: 'This account has been disabled by an administrator.',
  wrong_password: 'The current password is wrong.',
  registration_closed: 'This server takes no new accounts.',
  invite_required: 'You need an invite link to sign up here.',
  invite_invalid: 'This invite has expired, was withdrawn or is used up.',
  setup_code_required: 'The set-up code is missing or wrong. The server printed it at its start.',
  reset_link_invalid: 'This link has expired or was used before. Ask for a new one.',
  username_taken: 'Somebody has that user name already.',
  name_taken: 'A public room has that name already.',
  owner_must_hand_over: 'Make somebody else the owner before you leave.',
  too_many_members: 'This room is full.',
  too_many_rooms: 'You own as many rooms as one person may.',
  too_many_tokens: 'You have as many tokens as one person may. Revoke one first.',
  too_many_invites: 'There are as many open invites as there may be. Withdraw one first.',
  forbidden: 'You are not allowed to do that.',
  not_found: 'That does not exist, or no longer.',
  store_unavailable: 'The server cannot reach its store just now. Try again in a moment.',
  busy: 'The server is busy. Try again in a moment.',
  internal_error: 'Something went wrong on the server.',
}

/** One sentence for people. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong.'
  if (error.code === 'rate_limited') {
    const seconds = error.retryAfter ?? 1
    const wait =
      seconds > 90 ? countOf(Math.ceil(seconds / 60), 'minute') : countOf(seconds, 'second')
    return `That was too often. Try again in ${wait}.`
  }
  return words[error.code] ?? error.message
}

/** The server names the field first ("name: at most 64 characters"); beside the field that is said already. */
export function sentence(text: string, field: string | undefined): string {
  const bare =
    field !== undefined && text.startsWith(`${field}: `) ? text.slice(field.length + 2) : text
  return bare.charAt(0).toUpperCase() + bare.slice(1) + (/[.!?]$/.test(bare) ? '' : '.')
}
