// What lies over the page: menus, dialogs, drawers, and what is said above them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

const rtl = 'عُمَر بن الخطاب'

let server, browser, api, ada, room

before(async () => {
  server = await Server.start()
  browser = await launch()
  api = await Api.register(server, 'ada', 'Ada Lovelace')
  room = await api.createRoom('general')
  for (let number = 1; number <= 14; number++) {
    const name = number === 14 ? rtl : `Person ${number}`
    const other = await Api.register(server, `person-${number}`, name)
    await other.join(room)
    if (number === 14) await other.write(room, 'The end')
  }
  ada = await Person.open(browser, server, { viewport: { width: 1280, height: 700 } })
  await ada.signIn('ada', `/rooms/${room.id}`)
  await ada.sees('The end')
})

after(async () => {
  await browser?.close()
  await server?.dispose()
})

const focused = () =>
  ada.page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.id)

test('the menu of a person low in the list opens upwards, and none of its lines breaks', async () => {
  const { page } = ada
  const people = page.getByRole('complementary', { name: 'People' })
  const entries = page.getByRole('menuitem')
  const fits = async (where) => {
    const boxes = await entries.evaluateAll((all) =>
      all.map((one) => {
        const range = document.createRange()
        range.selectNodeContents(one)
        const { top, bottom } = one.getBoundingClientRect()
        return { top, bottom, text: range.getBoundingClientRect().height }
      }),
    )
    assert.ok(boxes.length > 1)
    for (const { top, bottom, text } of boxes) {
      assert.ok(top >= 0 && bottom <= 700, `${where}: from ${top} to ${bottom}`)
      assert.ok(text < 30, `${where}: a line of ${text} pixels`)
    }
  }
  await people.getByText('Person 1', { exact: true }).hover()
  await people.getByRole('button', { name: 'Actions for Person 1', exact: true }).click()
  await fits('high in the list')
  await page.keyboard.press('Escape')
  const low = await people.getByRole('button', { name: /^Actions/ }).evaluateAll((all) => {
    const seen = all.filter((one) => one.getBoundingClientRect().bottom < innerHeight)
    return seen.at(-1).ariaLabel
  })
  await people.getByText(low.replace('Actions for ', ''), { exact: true }).hover()
  await people.getByRole('button', { name: low, exact: true }).click()
  await fits('low in the list')
  await ada.shot('menu-upwards')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'My account' }).click()
  await fits('at the bottom')
  await page.keyboard.press('Escape')
  await page.goto('/admin')
  await page
    .getByRole('button', { name: /^Actions/ })
    .first()
    .click()
  await fits('administration')
  await page.goto(`/rooms/${room.id}`)
  await ada.sees('The end')
})

test('a name from right to left leaves the time at the end of its line', async () => {
  const line = ada.log.locator('p', { hasText: 'joined' }).filter({ has: ada.page.locator('time') })
  await api.call('PATCH', `/rooms/${room.id}/members/${await idOf('person-14')}`, { role: 'admin' })
  const made = ada.log.locator('p', { hasText: `made ${rtl} an admin` })
  await made.waitFor()
  assert.ok((await line.count()) > 0)
  const [name, time] = await made.evaluate((element) =>
    [element.querySelectorAll('bdi')[1], element.querySelector('time')].map((one) =>
      one.getBoundingClientRect().toJSON(),
    ),
  )
  assert.ok(
    time.left > name.right,
    `the name ends at ${name.right}, the time begins at ${time.left}`,
  )
  await ada.shot('right-to-left')
})

const idOf = async (username) => {
  const { items } = await api.call('GET', `/rooms/${room.id}/members`)
  return items.find((one) => one.username === username).user_id
}

test('what is said while a dialog is open can be read and dismissed', async () => {
  const { page } = ada
  await page.getByRole('button', { name: 'Room menu' }).click()
  await page.getByRole('menuitem', { name: 'Add people' }).click()
  const dialog = page.getByRole('dialog')
  const other = await Api.register(server, 'late', 'Late Comer')
  await dialog.getByLabel('User name').fill(other.user.username)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  const said = page.getByRole('status').filter({ hasText: 'Late Comer is in general now.' })
  await said.waitFor()
  await ada.shot('toast-over-dialog')
  await said.getByRole('button', { name: 'Dismiss' }).click()
  await said.waitFor({ state: 'detached' })
  assert.ok(await dialog.isVisible())
})

test('a selection that is dragged out of a dialog does not close it; a click beside it does', async () => {
  const { page } = ada
  const field = page.getByRole('dialog').getByLabel('User name')
  await field.fill('somebody')
  const { x, y, height } = await field.boundingBox()
  await page.mouse.move(x + 60, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(20, y, { steps: 4 })
  await page.mouse.up()
  assert.equal(await field.inputValue(), 'somebody')
  await page.mouse.click(20, 20)
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a drawer gives the focus back, or to the page that was chosen in it', async () => {
  const { page } = ada
  await page.setViewportSize({ width: 700, height: 700 })
  const drawer = page.getByRole('dialog', { name: 'Rooms' })
  const open = async () => {
    await page.getByRole('button', { name: 'Show rooms' }).focus()
    await page.keyboard.press('Enter')
    await drawer.waitFor()
  }
  await open()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  assert.equal(await focused(), 'Show rooms')
  await open()
  await drawer.getByRole('link', { name: 'Find rooms' }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Find rooms' }).waitFor()
  await drawer.waitFor({ state: 'detached' })
  assert.equal(await focused(), 'main')
})

test('the browser had nothing to complain about', () => assert.deepEqual(ada.faults, []))
