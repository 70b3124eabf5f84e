/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '')
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]]
  return letters.map((word) => first(word)).join('')
}

// What a reader takes for one character may be several: an emoji, a letter with its accents.
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function first(word = '?'): string {
  const [character] = characters.segment(word)
  return (character?.segment ?? '?').toLocaleUpperCase()
}

// Hues that are told apart at a glance and keep white letters readable on them.
const hues = [22, 48, 78, 130, 158, 188, 218, 246, 272, 298, 325, 350]

/** A hue (degrees) that stays the same for an id. */
export function hueOf(id: string): number {
  let hash = 0
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return hues[Math.abs(hash) % hues.length] ?? 200
}
