import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Stories of people, against a production build with the real guard, edge, database and OpenTelemetry exporters. */

const system =
  process.env['CHROMIUM_PATH'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/installation.ts',
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(system ? { executablePath: system } : {}),
      args: ['--disable-background-networking', ...(isRoot ? ['--no-sandbox'] : [])],
    },
  },
  projects: [
    { name: 'first use', testMatch: /firstUse\.setup\.ts/ },
    {
      name: 'stories',
      testMatch: /\.spec\.ts/,
      dependencies: ['first use'],
      use: { storageState: 'test-results/signed-in.json' },
    },
  ],
})
