import { defineConfig } from 'prisma/config'

// `prisma generate` needs no schema engine, but the command line looks for one and would download it. Migrations run on
// the engine's WebAssembly build (lib/store/migrate.ts).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath

export default defineConfig({ schema: 'prisma/schema.prisma' })
