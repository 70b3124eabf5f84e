/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The server that the dev server hands the API, the socket and the API's pages to.
const server = process.env.PARLEY_SERVER ?? 'http://127.0.0.1:8000'
const port = Number(process.env.PARLEY_DEV_PORT ?? 5173)

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    port,
    strictPort: true,
    proxy: {
      '/api': { target: server },
      '/docs': { target: server },
      '/ws': { target: server, ws: true },
    },
  },
  build: {
    // The server's policy allows no data: fonts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  test: {
    environment: 'jsdom',
    globals: false,
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    // A reader whose midnight is not UTC's, nor at a full hour of it: whatever machine this runs on.
    env: { TZ: 'America/St_Johns', DEBUG_PRINT_LIMIT: '0' },
    restoreMocks: true,
  },
})
