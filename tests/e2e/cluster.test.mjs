// Browsers on different instances of one deployment: one chat to all of them, also when an instance is killed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Person, launch } from './support/browser.mjs'
import { Cluster } from './support/cluster.mjs'

const soon = 5000 // milliseconds from Enter to the other's page, on a machine that has much to do
let cluster, browser, alice, bob, carol

before(async () => {
  cluster = await Cluster.prepare()
  browser = await launch()
  // The only instance when nginx chooses one for her: hers is the one that is killed.
  await cluster.start('instance 2')
  await cluster.start('nginx')
  carol = await Person.open(browser, cluster.nginx)
  await carol.signUp('carol', 'Carol Kennicott')
  await cluster.start('instance 1')
  await cluster.start('instance 3')
  alice = await Person.open(browser, cluster.instances.get(1))
  bob = await Person.open(browser, cluster.instances.get(2))
})

after(async () => {
  await browser?.close()
  await cluster?.dispose()
})

const region = (person, name) => person.page.getByRole('region', { name })

async function join(person) {
  await person.page.getByRole('link', { name: 'Find rooms' }).click()
  await person.page.getByRole('searchbox').fill('gen')
  await person.page.getByRole('button', { name: 'Join general' }).click()
  await person.log.waitFor()
}

/** Says it, and holds that it is on the others' pages at once, not when they next happen to ask. */
async function heard(speaker, text, ...listeners) {
  await speaker.say(text)
  const begin = Date.now()
  for (const listener of listeners) await listener.sees(text)
  assert.ok(Date.now() - begin < soon, `it took ${Date.now() - begin} ms`)
}

test('a room made on one instance is joined on another, and on one that nginx chose', async () => {
  await alice.signUp('alice', 'Alice Liddell')
  await alice.page.getByRole('main').getByRole('button', { name: 'Create a room' }).click()
  await alice.page.getByLabel('Name').fill('general')
  await alice.page.getByRole('button', { name: 'Create room' }).click()
  await alice.page.getByRole('heading', { level: 1, name: 'general' }).waitFor()
  await bob.signUp('bob', 'Bob Cratchit')
  await join(bob)
  await alice.page.getByText('Bob Cratchit joined').waitFor()
  await join(carol)
  for (const person of [alice, bob]) await person.page.getByText('Carol Kennicott joined').waitFor()
})

test('each sees who is here on the other instances', async () => {
  const everybody = [alice, bob, carol]
  const names = ['Alice Liddell', 'Bob Cratchit', 'Carol Kennicott']
  for (const person of everybody) {
    for (const name of names) await region(person, 'Here now').getByText(name).waitFor()
  }
})

test('they chat across instances as it happens, and see each other type', async () => {
  await alice.page.getByRole('textbox').pressSequentially('Hello B')
  await bob.page.getByText('Alice Liddell is typing').waitFor()
  await heard(alice, 'Hello Bob', bob, carol)
  await bob.page.getByRole('textbox').pressSequentially('Hello A')
  await alice.page.getByText('Bob Cratchit is typing').waitFor()
  await heard(bob, 'Hello Alice', alice, carol)
  await heard(carol, 'Hello both', alice, bob)
})

test('an instance is killed: who was on another goes on, whom nginx sends to another is back by herself', async () => {
  const again = carol.page.waitForEvent('websocket')
  await cluster.kill('instance 2')
  await again
  await bob.page.getByText('Connection lost').waitFor()
  await alice.say('Is anybody there?')
  await alice.sees('Is anybody there?')
  await carol.sees('Is anybody there?')
  await carol.page.getByText('Connection lost').waitFor({ state: 'detached' })
  await heard(carol, 'I am', alice)
  await region(alice, 'Away').getByText('Bob Cratchit').waitFor({ timeout: 30_000 })
  await region(alice, 'Here now').getByText('Carol Kennicott').waitFor()
})

test('whose instance was killed finds every message on another, still signed in', async () => {
  const room = new URL(bob.page.url()).pathname
  await bob.page.goto(cluster.instances.get(3).url + room)
  await bob.sees('I am')
  const said = ['Hello Bob', 'Hello Alice', 'Hello both', 'Is anybody there?', 'I am']
  for (const person of [alice, bob, carol]) assert.deepEqual(await person.texts(), said)
  await region(alice, 'Here now').getByText('Bob Cratchit').waitFor()
  await heard(bob, 'And so am I', alice, carol)
  await heard(alice, 'Welcome back', bob, carol)
})

test('the browsers had nothing to complain about', () => {
  const away = /status of 504/ // nginx before the instance that was killed, which is Bob's alone
  const ofBob = bob.faults.filter((text) => !away.test(text))
  assert.deepEqual([...alice.faults, ...ofBob, ...carol.faults], [])
})
