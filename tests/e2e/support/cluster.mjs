// Three instances behind nginx, with MongoDB and Redis: cluster.py runs them, one line after the other says what to do.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const at = (port) => ({ url: `http://127.0.0.1:${port}` })

export class Cluster {
  #child
  #answers
  #log = ''

  /** No instance runs yet, nor nginx: the test says in which order they start. */
  static async prepare() {
    const cluster = new Cluster()
    cluster.folder = await mkdtemp(join(tmpdir(), 'parley-e2e-cluster-'))
    const script = join(root, 'tests/e2e/support/cluster.py')
    cluster.#child = spawn(join(root, 'build/venv/bin/python'), [script, cluster.folder])
    cluster.#child.stderr.on('data', (data) => (cluster.#log += data))
    cluster.#answers = createInterface(cluster.#child.stdout)[Symbol.asyncIterator]()
    const ports = JSON.parse(await cluster.#answer())
    cluster.nginx = at(ports.nginx)
    cluster.instances = new Map(ports.instances.map((port, index) => [index + 1, at(port)]))
    return cluster
  }

  start(part) {
    return this.#tell(`start ${part}`)
  }

  /** As a power cut would: no time to tidy up. */
  kill(part) {
    return this.#tell(`kill ${part}`)
  }

  async #tell(line) {
    this.#child.stdin.write(`${line}\n`)
    await this.#answer()
  }

  async #answer() {
    const { value, done } = await this.#answers.next()
    if (done) throw new Error(`the cluster ended:\n${this.#log}`)
    return value
  }

  async dispose() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.stdin.end()
      await exited
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
