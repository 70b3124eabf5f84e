import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button'
import { Field, inputStyle } from './field'
import { cx } from './cx'
import { toast } from './toasts'

type CopyFieldProps = { label: string; value: string; hint?: string }

/** A value to take away: selected on focus, copied by the button. */
export function CopyField({ label, value, hint }: CopyFieldProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      toast('The browser did not allow copying. Select the text and copy it.', 'failed')
    }
  }
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <div className="flex gap-2">
          <input
            {...ids}
            readOnly
            value={value}
            onFocus={(event) => event.target.select()}
            className={cx(inputStyle, 'h-10 font-mono text-sm')}
          />
          <Button onClick={() => void copy()}>
            {copied ? (
              <Check aria-hidden className="size-4" />
            ) : (
              <Copy aria-hidden className="size-4" />
            )}
            {copied ? 'Copied' : 'Copy'}
          </Button>
        </div>
      )}
    </Field>
  )
}
