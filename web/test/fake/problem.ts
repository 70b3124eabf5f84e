import type { ErrorCode } from '../../src/shared/api/problem'

const statuses: Partial<Record<ErrorCode, number>> = {
  unauthorized: 401,
  token_expired: 401,
  invalid_credentials: 401,
  forbidden: 403,
  wrong_password: 403,
  account_disabled: 403,
  invite_invalid: 403,
  invite_required: 403,
  registration_closed: 403,
  setup_code_required: 403,
  reset_link_invalid: 403,
  not_found: 404,
  conflict: 409,
  username_taken: 409,
  name_taken: 409,
  owner_must_hand_over: 409,
  validation_failed: 422,
  rate_limited: 429,
  store_unavailable: 503,
  outcome_unknown: 504,
}

/** Thrown by a handler, answered as problem+json. */
export class FakeProblem extends Error {
  readonly status: number

  constructor(
    readonly code: ErrorCode,
    detail: string = code,
    readonly field?: string,
  ) {
    super(detail)
    this.status = statuses[code] ?? 500
  }

  body(): object {
    return {
      type: 'about:blank',
      title: this.code,
      status: this.status,
      code: this.code,
      detail: this.message,
      request_id: 'fake',
      ...(this.field === undefined ? {} : { field: this.field }),
    }
  }
}
