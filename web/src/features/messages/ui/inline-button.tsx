type InlineButtonProps = { label: string; onClick: () => void }

/** What can be done about something that failed, beside the words that say so. */
export function InlineButton({ label, onClick }: InlineButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="min-h-10 rounded-lg px-2 font-medium underline underline-offset-2 hover:bg-danger-soft"
    >
      {label}
    </button>
  )
}
