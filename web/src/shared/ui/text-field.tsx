import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx'
import { Field, inputStyle } from './field'

type Common = { label: string; hint?: ReactNode; error?: string | undefined }

export function TextField({
  label,
  hint,
  error,
  className,
  ...input
}: Common & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(ids) => <input {...input} {...ids} className={cx(inputStyle, 'h-10')} />}
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...input
}: Common & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(ids) => <textarea {...input} {...ids} className={cx(inputStyle, 'resize-y py-2')} />}
    </Field>
  )
}

export function SelectField({
  label,
  hint,
  error,
  className,
  ...input
}: Common & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(ids) => <select {...input} {...ids} className={cx(inputStyle, 'h-10')} />}
    </Field>
  )
}
