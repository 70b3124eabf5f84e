export type TextPart = { text: string; href?: string }

// Only these two schemes ever become links, so that javascript: and the like stay text.
const link = /\bhttps?:\/\/[^\s<>"'`]+/giu
const trailing = /[.,;:!?'"*_~…]+$/u
const brackets: [string, string][] = [
  ['(', ')'],
  ['[', ']'],
]

/** Splits a text into plain pieces and web addresses; punctuation after an address is not part of it. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(link)) {
    const href = withoutTail(match[0])
    if (!URL.canParse(href)) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: href, href })
    end = match.index + href.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

function withoutTail(address: string): string {
  let result = address.replace(trailing, '')
  for (const [open, close] of brackets) {
    while (result.endsWith(close) && count(result, close) > count(result, open)) {
      result = result.slice(0, -1).replace(trailing, '')
    }
  }
  return result
}

const count = (text: string, character: string): number => text.split(character).length - 1
