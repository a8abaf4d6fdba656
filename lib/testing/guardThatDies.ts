import { pino } from 'pino'
import { slackMessenger } from '#lib/drivers/messenger/slack.ts'
import { tableSwitch } from '#lib/drivers/switch/table.ts'
import { startGuard } from '#lib/guard/start.ts'
import { openDatabase } from '#lib/store/database.ts'
import { aliveBeats } from '#lib/store/heartbeats.ts'
import { announceRouting } from '#lib/store/notices.ts'

/** A real guard that is killed at one step of the runbook, as `kill -9` would. Without a step it lives. For tests. */
const [databaseUrl = '', slackUrl = '', slackToken = '', killAt = ''] = process.argv.slice(2)
const db = openDatabase(databaseUrl, 4)

await startGuard({
  db,
  connectionString: databaseUrl,
  trafficSwitch: tableSwitch({
    announce: (order) => announceRouting(db, order),
    async edges() {
      const beats = await aliveBeats(db, 'edge', new Date())
      return beats.map(({ instance, facts }) => ({
        instance,
        epoch: BigInt(facts['epoch'] ?? 0),
        rev: BigInt(facts['rev'] ?? 0),
      }))
    },
  }),
  messenger: slackMessenger({ token: slackToken, apiUrl: slackUrl, timeoutMs: 2_000 }),
  publicUrl: 'http://panel.test',
  channel: 'on-call',
  instance: `guard-${process.pid}`,
  log: pino({ level: 'silent' }),
  onStep(step) {
    if (step === killAt) process.kill(process.pid, 'SIGKILL')
  },
})
