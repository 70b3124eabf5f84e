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

type SelectFieldProps<T> = {
  label: string
  options: readonly (readonly [label: string, value: T])[]
  value: T
  onChange: (value: T) => void
  className?: string
}

export function SelectField<T>({
  label,
  options,
  value,
  onChange,
  className,
}: SelectFieldProps<T>) {
  return (
    <Field label={label} className={className}>
      {(ids) => (
        <select
          {...ids}
          className={cx(inputStyle, 'h-10')}
          value={options.findIndex(([, one]) => one === value)}
          onChange={(event) => {
            const chosen = options[Number(event.target.value)]
            if (chosen !== undefined) onChange(chosen[1])
          }}
        >
          {options.map(([text], index) => (
            <option key={text} value={index}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
