// Loaded before every program that the launcher starts: it ends when the launcher that holds its channel is gone. A
// program that listens for that itself gets a moment to end in order.
const patienceMs = 5_000

process.on('disconnect', () => {
  if (process.listenerCount('disconnect') === 1) process.exit(0)
  setTimeout(() => process.exit(1), patienceMs).unref()
})
process.channel?.unref()
