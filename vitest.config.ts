import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const alias = {
  'server-only': at('./node_modules/server-only/empty.js'),
  // What Next gives to whoever asks about the request at hand; tests say what it carries.
  'next/headers': at('./lib/testing/nextHeaders.ts'),
  'next/cache': at('./lib/testing/nextCache.ts'),
}

/** `unit` needs nothing but Node; `integration` gets a PostgreSQL of its own per file (lib/testing/database.ts). */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['lib/**/*.test.ts', 'sdk/**/*.test.ts', 'components/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
          testTimeout: 180_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['lib/**/*.integration.test.ts', 'sdk/**/*.integration.test.ts'],
          globalSetup: ['lib/testing/postgres.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One more than cores: there is always one that waits for its database.
          maxWorkers: 3,
        },
      },
    ],
  },
})
