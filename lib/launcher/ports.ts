import { createServer } from 'node:net'

/** Whether something listens on this port already. */
export async function isTaken(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true)
      else reject(error)
    })
    probe.listen(port, host, () => probe.close(() => resolve(false)))
  })
}
