// Written out here and not shared with what renders alerts, so that a wrong limit there is seen.
const limits = {
  blocks: 50,
  header: 150,
  section: 3_000,
  fields: 10,
  field: 2_000,
  contextElement: 2_000,
  buttonUrl: 3_000,
  buttonValue: 2_000,
  label: 2_000,
  confirm: { title: 100, text: 300, confirm: 30, deny: 30 },
}

/** What Slack holds against these blocks, or nothing: docs.slack.dev/reference/block-kit/blocks. */
export function faultsOfBlocks(blocks: unknown): string[] {
  if (!Array.isArray(blocks)) return ['blocks is not an array']
  if (blocks.length > limits.blocks) return [`no more than ${limits.blocks} items allowed`]
  return blocks.flatMap((block: unknown, at) =>
    faultsOfBlock(block).map((fault) => `${fault} [json-pointer:/blocks/${at}]`),
  )
}

function faultsOfBlock(block: unknown): string[] {
  if (!isObject(block)) return ['a block is an object']
  switch (block.type) {
    case 'header':
      return faultsOfText(block.text, ['plain_text'], limits.header)
    case 'section':
      return faultsOfSection(block)
    case 'context':
      return faultsOfList(block.elements, 10, (text) => faultsOfText(text, bothTexts, limits.contextElement))
    case 'actions':
      return faultsOfList(block.elements, 25, faultsOfButton)
    case 'input':
      return faultsOfInput(block)
    case 'divider':
      return []
    default:
      return [`unsupported type: ${String(block.type)}`]
  }
}

function faultsOfInput({ label, element }: Record<string, unknown>): string[] {
  const isKnown = isObject(element) && element.type === 'plain_text_input' && Boolean(element.action_id)
  return [
    ...faultsOfText(label, ['plain_text'], limits.label),
    ...(isKnown ? [] : ['only plain_text_input with an action_id is known here']),
  ]
}

const bothTexts = ['plain_text', 'mrkdwn']

function faultsOfSection({ text, fields }: Record<string, unknown>): string[] {
  if (text === undefined && fields === undefined) return ['a section has text or fields']
  return [
    ...(text === undefined ? [] : faultsOfText(text, bothTexts, limits.section)),
    ...(fields === undefined
      ? []
      : faultsOfList(fields, limits.fields, (field) => faultsOfText(field, bothTexts, limits.field))),
  ]
}

function faultsOfList(items: unknown, max: number, faultsOf: (item: unknown) => string[]): string[] {
  if (!Array.isArray(items) || items.length === 0) return ['must have at least 1 item']
  return items.length > max ? [`no more than ${max} items allowed`] : items.flatMap(faultsOf)
}

function faultsOfText(text: unknown, types: readonly string[], charactersMax: number): string[] {
  if (!isObject(text) || typeof text.text !== 'string') return ['a text is missing']
  if (!types.includes(String(text.type))) return [`must be ${types.join(' or ')}`]
  if (text.type === 'plain_text' && 'verbatim' in text) return ['verbatim is for mrkdwn only']
  if (text.type === 'mrkdwn' && 'emoji' in text) return ['emoji is for plain_text only']
  if (text.text.length === 0) return ['must be more than 0 characters']
  return text.text.length > charactersMax ? [`must be less than ${charactersMax + 1} characters`] : []
}

function faultsOfButton(button: unknown): string[] {
  if (!isObject(button) || button.type !== 'button') return ['only buttons are known here']
  const url = button.url
  if (
    url !== undefined &&
    !(typeof url === 'string' && url.length <= limits.buttonUrl && URL.canParse(url))
  ) {
    return ['invalid url']
  }
  const { value, style, confirm } = button
  return [
    ...faultsOfText(button.text, ['plain_text'], 75),
    ...(value === undefined || (typeof value === 'string' && value.length <= limits.buttonValue)
      ? []
      : ['invalid value']),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : ['invalid style']),
    ...(confirm === undefined ? [] : faultsOfConfirm(confirm)),
  ]
}

function faultsOfConfirm(confirm: unknown): string[] {
  if (!isObject(confirm)) return ['a confirm is an object']
  return Object.entries(limits.confirm).flatMap(([part, max]) =>
    faultsOfText(confirm[part], ['plain_text'], max),
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
