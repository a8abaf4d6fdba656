import { causeWords } from '#lib/domain/review.ts'
import type { IncidentView } from './incident.ts'

/** An incident as a document that can be read anywhere. Times are UTC. */
export function incidentMarkdown(view: IncidentView): string {
  const { agent, fromVersion, toVersion } = view
  return [
    `# ${md(agent)} went back from ${md(fromVersion)} to ${md(toVersion)}`,
    `Incident ${md(view.id)}, opened ${view.openedAt} by ${md(view.by)}, in stage ${md(view.stage)} at ${view.weightPercent} %. Reason: \`${view.reason}\`.`,
    section('What was seen', [md(view.because)]),
    section(
      'Figures at the stop',
      view.figures.map(
        (each) =>
          `- ${each.metric}: ${each.candidate ?? 'nothing'} on ${md(fromVersion)} (${each.candidateRuns} runs), ${each.stable ?? 'nothing'} on ${md(toVersion)} (${each.stableRuns} runs), limit ${each.limit ?? 'none'}`,
      ),
    ),
    section('Recovery', [`${view.recovery.state}. ${md(view.recovery.because ?? '')}`]),
    section('Blast radius', [
      `- ${view.reach.runs} runs, ${view.reach.failed} of them failed; ${view.reach.atStop.runs} had come in at the stop, ${view.reach.atStop.failed} of them failed`,
      `- ${view.reach.conversations} conversations, ${view.reach.users} users`,
      `- ${view.reach.toolCalls} tool calls; cost ${view.reach.costUsd === null ? 'not known' : `$${view.reach.costUsd.toFixed(4)}`}`,
    ]),
    section(
      `Calls that wrote, or may have (${view.effects.open} of ${view.effects.total} open)`,
      view.effects.shown.map(
        (each) =>
          `- ${each.at} \`${each.tool.replaceAll('`', '')}\` (${each.writing}) in ${md(each.traceId)}: ${each.state}${each.note ? `, ${md(each.note)}` : ''}`,
      ),
    ),
    section(
      'What differs between the two versions',
      view.changes.map((each) => `- \`${each.path.replaceAll('`', '')}\``),
    ),
    ...view.reviews.map((each) =>
      section(`Review by ${md(each.by)}, ${each.at}`, [
        `The stop was **${each.verdict}**. Cause: ${causeWords[each.cause]}.`,
        md(each.whatHappened),
        `What changes: ${md(each.whatChanges)}`,
      ]),
    ),
    section(
      'Notes',
      view.notes.map((each) => `- ${each.at} ${md(each.by)}: ${md(each.text)}`),
    ),
    section(
      'On the record',
      view.timeline.map((each) => `- ${each.at} ${md(each.sentence)}`),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n')
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}`
}

/** Text that stays text: nothing in it is markup, a link or a line of its own. */
export function md(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+!|~-]/g, (sign) => `\\${sign}`).replace(/\s*\n\s*/g, ' ')
}
