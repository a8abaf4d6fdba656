import { defineConfig } from '@playwright/test'
import { chromiumLaunch } from '#lib/launcher/chromium.ts'

/** Stories of people, against a production build with the real guard, edge, database and OpenTelemetry exporters. */

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
    launchOptions: await chromiumLaunch(),
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
