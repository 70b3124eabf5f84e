/** All times come from the server; here they are put into words in the reader's time zone and language. */
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
})
const fullDay = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** The reader's calendar day, as a key: equal for two moments of one day. */
export function dayOf(timestamp: string): string {
  const date = new Date(timestamp)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

export function dayLabel(timestamp: string, now = new Date()): string {
  const date = new Date(timestamp)
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const start = new Date(date.getFullYear(), date.getMonth(), date.getDate())
  const days = Math.round((midnight.getTime() - start.getTime()) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return date.getFullYear() === now.getFullYear() ? weekday.format(date) : fullDay.format(date)
}

export const clockTime = (timestamp: string): string => clock.format(new Date(timestamp))
export const exactTime = (timestamp: string): string => exact.format(new Date(timestamp))
export const dayAndYear = (timestamp: string): string => fullDay.format(new Date(timestamp))

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** Of what has happened, "just now" at the latest, however wrong this device's clock is. */
export const pastTime = (timestamp: string, now = Date.now()): string =>
  relativeTime(new Date(Math.min(Date.parse(timestamp), now)).toISOString(), now)

/** "5 minutes ago", "in 3 days"; past a month, the date. */
export function relativeTime(timestamp: string, now = Date.now()): string {
  const difference = new Date(timestamp).getTime() - now
  if (Math.abs(difference) > 30 * 86_400_000) return dayAndYear(timestamp)
  for (const [unit, size] of steps) {
    if (Math.abs(difference) >= size) return relative.format(Math.round(difference / size), unit)
  }
  return 'just now'
}
