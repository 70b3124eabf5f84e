// What it looks like, in light and dark, narrow and wide: for people to look at in build/e2e/, and for the README.
// UPDATE_SCREENSHOT=1 writes docs/screenshot.png.
import assert from 'node:assert/strict'
import { copyFile, stat } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Api } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

const readme = fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url))
const maxBytes = 300_000

const names = {
  ada: 'Ada Lovelace',
  grace: 'Grace Hopper',
  alan: 'Alan Turing',
  katherine: 'Katherine Johnson',
  hedy: 'Hedy Lamarr',
  margaret: 'Margaret Hamilton',
}
const talk = [
  ['grace', 'Good morning! The nightly run is green again.'],
  ['alan', 'Lovely. Was it the clock?'],
  [
    'grace',
    'It was. Two hosts, two opinions about the time.\nThe log never lets a timestamp run backwards now.',
  ],
  [
    'ada',
    'Then let us ship today. What is left is written down: https://example.org/parley/1.0 (it is short).',
  ],
  ['katherine', 'I checked the backup. It restores, and nothing is missing.'],
  ['hedy', 'That is faster than making tea.'],
  ['alan', 'One question: when the server goes away while I write, what happens to my message?'],
  [
    'ada',
    'It waits, and goes out again under the same key. The server takes a key once:\n\n1. pending, until it is committed\n2. sent, with the server’s own time\n3. failed, only if the server refuses it',
  ],
  ['alan', 'So I may always press “retry”.'],
  ['ada', 'Always.'],
  ['margaret', 'The build is up on the test machine. Please try to break it!'],
]

let server, browser, room
const people = {}
const open = []

before(async () => {
  server = await Server.start()
  browser = await launch()
  for (const [username, name] of Object.entries(names)) {
    people[username] = await Api.register(server, username, name)
  }
  room = await people.ada.createRoom('general', {
    description: 'Everything that fits nowhere else',
  })
  const others = []
  for (const [name, visibility] of [
    ['design', 'public'],
    ['lunch', 'public'],
    ['release-1.0', 'public'],
    ['founders', 'private'],
  ]) {
    others.push(await people.ada.createRoom(name, { visibility }))
  }
  for (const person of Object.values(people)) {
    if (person === people.ada) continue
    await person.join(room)
    await person.join(others[0])
  }
  for (const [username, text] of talk) await people[username].write(room, text)
  // Some of them are here: connections of their own.
  for (const username of ['grace', 'alan', 'margaret']) {
    const person = await Person.open(browser, server)
    await person.signIn(username, `/rooms/${room.id}`)
    await person.sees('try to break it')
    open.push(person)
  }
})

after(async () => {
  await browser?.close()
  await server?.dispose()
})

const sizes = {
  wide: { width: 1440, height: 900 },
  middle: { width: 1024, height: 768 },
  phone: { width: 360, height: 740 },
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`a room, ${size}, ${colorScheme}`, async () => {
      const ada = await Person.open(browser, server, { viewport, colorScheme })
      await ada.signIn('ada', `/rooms/${room.id}`)
      await ada.sees('try to break it')
      if (size === 'wide')
        await ada.page.getByRole('region', { name: 'Here now' }).getByText('Grace Hopper').waitFor()
      await people.hedy.write(
        (await people.ada.call('GET', '/rooms?q=design')).items[0],
        `News for ${size} ${colorScheme}`,
      )
      if (size !== 'phone')
        await ada.page.getByText('unread').first().waitFor({ state: 'attached' })
      await open[0].page
        .getByRole('textbox', { name: /^Message / })
        .pressSequentially('I', { delay: 1 })
      await ada.page.mouse.move(0, 0)
      await ada.page.evaluate(() => document.fonts.ready)
      const file = await ada.shot(`room-${size}-${colorScheme}`)
      if (size === 'wide' && colorScheme === 'light') {
        const { size: bytes } = await stat(file)
        assert.ok(bytes < maxBytes, `the screenshot has ${bytes} bytes`)
        if (process.env.UPDATE_SCREENSHOT === '1') await copyFile(file, readme)
      }
      const theme = await ada.page.evaluate(
        () => getComputedStyle(document.documentElement).backgroundColor,
      )
      const lightness = Number(/oklch\(([\d.]+)/.exec(theme)?.[1] ?? NaN)
      assert.ok(
        colorScheme === 'light' ? lightness > 0.9 : lightness < 0.3,
        `the background is ${theme}`,
      )
      assert.deepEqual(ada.faults, [])
      await ada.context.close()
    })
  }
}

test('a theme that was chosen stands against the system’s, from the first paint on', async () => {
  const ada = await Person.open(browser, server, { colorScheme: 'light' })
  await ada.signIn('ada', '/settings')
  await ada.page.getByText('Dark', { exact: true }).click()
  await ada.page.reload({ waitUntil: 'commit' })
  await ada.page.waitForFunction(() => document.body !== null)
  assert.equal(await ada.page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  await ada.context.close()
})

test('no page has text that is too faint to read', async () => {
  const ada = await Person.open(browser, server)
  await ada.signIn('ada', `/rooms/${room.id}`)
  await ada.sees('try to break it')
  for (const colorScheme of ['light', 'dark']) {
    await ada.page.emulateMedia({ colorScheme })
    const faint = await ada.page.evaluate(contrastFaults)
    assert.deepEqual(faint, [], colorScheme)
  }
  await ada.context.close()
})

/** Texts whose contrast to what is behind them is below 4.5 to 1 (WCAG 1.4.3). Runs in the page. */
function contrastFaults() {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const behind = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const color = rgba(getComputedStyle(one).backgroundColor)
      if (color[3] === 255) return color
    }
    return [255, 255, 255]
  }
  const faults = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (
      walker.currentNode.data.trim() === '' ||
      !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    )
      continue
    if (element.closest('.sr-only, :disabled, script, noscript') !== null) continue
    const [front, back] = [rgba(getComputedStyle(element).color), behind(element)].map(luminance)
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)
    if (contrast < 4.5)
      faults.push(`${walker.currentNode.data.trim().slice(0, 30)}: ${contrast.toFixed(2)}`)
  }
  return faults
}
