// Loaded before a program that is not ours: it ends when the launcher that holds its channel is gone.
process.on('disconnect', () => process.exit(0))
process.channel?.unref()
