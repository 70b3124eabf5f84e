// A server to work on the web app's looks with: npm run fake, then npm run dev with PARLEY_SERVER set to its address.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const load = async (file) =>
  (await runnerImport(fileURLToPath(new URL(file, import.meta.url)))).module

const { startFakeServer } = await load('./server.ts')
const { seed } = await load('./seed.ts')
const server = await startFakeServer(Number(process.env.PORT ?? 8000))
if (!process.argv.includes('--empty')) seed(server.state)
console.log(`Fake server on ${server.url}; sign in as ada or grace with "correct horse".`)
