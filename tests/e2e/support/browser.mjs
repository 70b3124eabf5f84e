// Chromium, one for a file; each person gets a context of their own: cookies and storage apart.
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { password } from './api.mjs'

const web = fileURLToPath(new URL('../../../web/package.json', import.meta.url))
const { chromium } = createRequire(web)('playwright-core')
const shots = fileURLToPath(new URL('../../../build/e2e/', import.meta.url))

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// What a browser says by itself while nobody is signed in, or while the server is away.
const expected = [
  /status of 401/,
  /status of 503/,
  /ERR_CONNECTION/,
  /ERR_INTERNET_DISCONNECTED/,
  /WebSocket connection to/,
  /ERR_EMPTY_RESPONSE/,
]

export const launch = (more = []) =>
  chromium.launch({ executablePath: process.env.PARLEY_CHROMIUM, args: [...flags, ...more] })

export class Person {
  /** Faults that the browser reported: of scripts, and of the Content-Security-Policy. */
  faults = []

  static async open(browser, server, options = {}) {
    const person = new Person()
    person.server = server
    person.context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
      baseURL: server.url,
      ...options,
    })
    person.page = await person.context.newPage()
    person.page.setDefaultTimeout(15_000)
    person.page.on('pageerror', (error) => person.faults.push(String(error)))
    person.page.on('console', (message) => {
      const text = message.text()
      if (message.type() === 'error' && !expected.some((known) => known.test(text))) {
        person.faults.push(text)
      }
    })
    return person
  }

  async signUp(username, name) {
    const { page } = this
    await page.goto('/sign-up')
    await page.getByLabel('User name').fill(username)
    await page.getByLabel('Display name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: /^(Create account|Set up)$/ }).click()
    await page.getByRole('button', { name: 'My account' }).waitFor()
  }

  async signIn(username, path = '/') {
    const { page } = this
    await page.goto(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`)
    await page.getByLabel('User name').fill(username)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor({ state: 'detached' })
  }

  /** Types a message into the room that is open, and sends it. */
  async say(text) {
    await this.page.getByRole('textbox', { name: /^Message / }).fill(text)
    await this.page.keyboard.press('Enter')
  }

  /** Waits until this text stands among the messages, and is no longer on its way. */
  async sees(text) {
    const row = this.log.getByRole('article').filter({ hasText: text })
    try {
      await row.locator('time').first().waitFor({ state: 'attached' })
    } catch (error) {
      error.message += `\nwhat was there instead: ${await this.shot(`failed-${Date.now()}`)}`
      throw error
    }
    return row
  }

  get log() {
    return this.page.getByRole('log')
  }

  /** The texts of the messages on the page, in their order. */
  texts() {
    return this.log.getByRole('article').locator('p[dir=auto]').allTextContents()
  }

  async shot(name) {
    await mkdir(shots, { recursive: true })
    const path = `${shots}${name}.png`
    await this.page.screenshot({ path })
    return path
  }
}
