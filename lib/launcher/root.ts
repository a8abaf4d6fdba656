import { fileURLToPath } from 'node:url'

/** The folder of this checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The flags that every process of ours runs with: `server-only` modules load, and the WebAssembly notice is silent. */
export const nodeFlags = ['--conditions=react-server', '--disable-warning=ExperimentalWarning']
