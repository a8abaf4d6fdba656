import { execFileSync } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * PostgreSQL refuses to run as root, as which a container usually runs. There it runs in a user namespace of its own, in
 * which root is somebody else and every file is as readable as before; where the system allows no namespace, as another
 * user of this machine.
 */
export interface PostgresAccount {
  /** The command and arguments to spawn, and the user to spawn them as. */
  as(command: string, args: readonly string[]): SpawnAs
  /** Gives it a file or a folder with all in it. */
  give(path: string): void
}

export interface SpawnAs {
  readonly command: string
  readonly args: string[]
  readonly user: { readonly uid?: number; readonly gid?: number }
}

const asOneself: PostgresAccount = {
  as: (command, args) => ({ command, args: [...args], user: {} }),
  give: () => undefined,
}

const inNamespace: PostgresAccount = {
  as: (command, args) => ({
    command: 'unshare',
    args: ['--user', '--map-user=1000', '--map-group=1000', command, ...args],
    user: {},
  }),
  give: (path) => own(path, 0, 0),
}

/** The account for this process's user. Throws when PostgreSQL can run as nobody here. */
export function postgresAccount(): PostgresAccount {
  if (process.getuid?.() !== 0) return asOneself
  const probe = inNamespace.as('true', [])
  if (succeeds(probe.command, probe.args)) return inNamespace
  return asOther()
}

function asOther(): PostgresAccount {
  const name = ['postgres', 'nobody'].find((each) => succeeds('id', ['-u', each]))
  if (!name) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no other user here; start Switchback as another user, or set DATABASE_URL',
    )
  }
  const idOf = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  const user = { uid: idOf('-u'), gid: idOf('-g') }
  return {
    as(command, args) {
      if (!succeeds(process.execPath, ['-e', reads, command], user)) {
        throw new Error(
          `PostgreSQL does not run as root, and the user ${name} may not read ${command}; move the checkout out of root's home, or set DATABASE_URL`,
        )
      }
      return { command, args: [...args], user }
    },
    give(path) {
      // The folder around it is ours alone; its user has to come through.
      chmodSync(dirname(path), statSync(dirname(path)).mode | 0o011)
      own(path, user.uid, user.gid)
    },
  }
}

const reads = 'require("fs").accessSync(process.argv[1], require("fs").constants.X_OK)'

function succeeds(command: string, args: readonly string[], user: SpawnAs['user'] = {}): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', ...user })
    return true
  } catch {
    return false
  }
}

function own(path: string, uid: number, gid: number): void {
  if (statSync(path).uid !== uid) execFileSync('chown', ['-R', `${uid}:${gid}`, path])
}
