import { useState, type SyntheticEvent } from 'react'
import { ApiError, explain, sentence } from '@/shared/api/problem'

type Failure = { field: string | undefined; text: string }

/**
 * The state of sending a form: busy, and what was wrong. A fault of a field that the form shows stands at that field,
 * every other one above the button.
 */
export function useForm(send: () => Promise<unknown>, fields: string[] = []) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure>()

  const submit = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      await send()
    } catch (error) {
      setFailure(toFailure(error))
    } finally {
      setBusy(false)
    }
  }

  const atField = failure?.field !== undefined && fields.includes(failure.field)
  return {
    busy,
    error: failure === undefined || atField ? undefined : failure.text,
    errorOf: (field: string) => (atField && failure.field === field ? failure.text : undefined),
    onSubmit: (event: SyntheticEvent) => {
      event.preventDefault()
      void submit()
    },
  }
}

const fieldOfCode: Partial<Record<string, string>> = {
  username_taken: 'username',
  name_taken: 'name',
  wrong_password: 'current_password',
  setup_code_required: 'setup_code',
}

function toFailure(error: unknown): Failure {
  const field = error instanceof ApiError ? (error.field ?? fieldOfCode[error.code]) : undefined
  return { field, text: sentence(explain(error), field) }
}
