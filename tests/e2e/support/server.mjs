// The real server, in a data folder of its own, to be killed and started again.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tlsFetch } from './tls.mjs'

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

export class Server {
  #child = null
  #log = ''
  #settings

  static async start(settings = {}) {
    const server = new Server()
    await server.#prepare(settings)
    server.url = `http://127.0.0.1:${server.port}`
    server.fetch = fetch
    await server.start()
    return server
  }

  /** Under a host name over TLS, with a certificate as makeCertificate makes it. */
  static async startTls(host, certificate, settings = {}) {
    const server = new Server()
    const { cert, key } = certificate
    await server.#prepare({ PARLEY_TLS_CERT: cert, PARLEY_TLS_KEY: key, ...settings })
    server.url = `https://${host}:${server.port}`
    server.fetch = tlsFetch(certificate)
    await server.start()
    return server
  }

  async #prepare(settings) {
    this.folder = await mkdtemp(join(tmpdir(), 'parley-e2e-'))
    this.port = Number(process.env.PARLEY_E2E_PORT ?? 0) || (await freePort())
    this.#settings = settings
  }

  async start() {
    const environment = {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(this.port),
      PARLEY_DATA_DIR: this.folder,
      PARLEY_LIMIT_MESSAGES: '0',
      PARLEY_LIMIT_REQUESTS: '0',
      PARLEY_LIMIT_REGISTRATIONS: '0',
      ...this.#settings,
    }
    this.#child = spawn(process.env.PARLEY_BINARY, ['serve'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (data) => (this.#log += data))
    }
    const deadline = Date.now() + 20_000
    while (!(await this.#ready())) {
      if (this.#child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not come up:\n${this.#log}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #ready() {
    try {
      return (await this.fetch(`${this.url}/readyz`)).ok
    } catch {
      return false
    }
  }

  /** As a power cut would: no time to tidy up. */
  async kill() {
    await this.#end('SIGKILL')
  }

  async stop() {
    await this.#end('SIGTERM')
  }

  async #end(signal) {
    if (this.#child === null || this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }

  async dispose() {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** What the first account needs where the server is asked by another name than this machine's. */
  async setupCode() {
    for (let tries = 0; tries < 100; tries++) {
      const found = /setup_code=(\S+)/.exec(this.#log)
      if (found) return found[1]
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`the server tells no set-up code:\n${this.#log}`)
  }

  get log() {
    return this.#log
  }
}
