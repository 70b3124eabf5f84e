import type { LucideIcon } from 'lucide-react'

type Option<T extends string> = { value: T; label: string; hint?: string; icon: LucideIcon }

type ChoiceProps<T extends string> = {
  legend: string
  name: string
  value: T
  options: Option<T>[]
  onChange: (value: T) => void
}

/** One of a few, each on a card of its own. */
export function Choice<T extends string>({
  legend,
  name,
  value,
  options,
  onChange,
}: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="grid gap-2 sm:auto-cols-fr sm:grid-flow-col">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex min-h-10 cursor-pointer gap-3 rounded-xl border border-line bg-raised px-3 py-2.5 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            <option.icon aria-hidden className="mt-0.5 size-[1.1rem] shrink-0 text-ink-soft" />
            <span className="min-w-0">
              <span className="block font-medium">{option.label}</span>
              {option.hint !== undefined && (
                <span className="block text-sm text-ink-soft">{option.hint}</span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
