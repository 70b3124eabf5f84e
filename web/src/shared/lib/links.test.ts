import { expect, it } from 'vitest'
import { splitLinks } from './links'

const hrefs = (text: string) => splitLinks(text).flatMap((part) => part.href ?? [])
const joined = (text: string) =>
  splitLinks(text)
    .map((part) => part.text)
    .join('')

it('finds web addresses', () => {
  expect(hrefs('see https://a.example/x?y=1#z and http://b.example')).toEqual([
    'https://a.example/x?y=1#z',
    'http://b.example',
  ])
})

it('leaves punctuation after an address out, and keeps brackets that belong to it', () => {
  expect(hrefs('(https://a.example/b), https://c.example/d_(e). "https://f.example"')).toEqual([
    'https://a.example/b',
    'https://c.example/d_(e)',
    'https://f.example',
  ])
})

it.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://',
  'file:///etc/passwd',
  'xhttps://a.b',
])('makes no link of %s', (text) => expect(hrefs(text)).toEqual([]))

it('loses nothing of the text', () => {
  const text = 'a <b>https://c.example/!</b>\n https://d.example).. e'
  expect(joined(text)).toBe(text)
})
