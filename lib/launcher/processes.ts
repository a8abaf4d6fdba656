import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When this process began, in the system's own words; null when there is no such process. The number of a dead process
 * is given away again, and in a container often to its successor: this tells the two apart.
 */
export function processBegan(pid: number): string | null {
  if (process.platform !== 'linux') return beganByPs(pid)
  try {
    // After the name, which may hold spaces and brackets, the start is the 20th field.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function beganByPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
