import { isObject } from '../slackBlocks.ts'
import type { SlackMessage, Workspace } from './workspace.ts'

/** The channels as a reader sees them, with threads under their parents. Looks for news every second. */
export function renderWorkspace({ channels, messages }: Workspace): string {
  const sections = channels.map(({ id, name }) => {
    const parents = messages.filter((one) => one.channel === id && one.thread_ts === undefined)
    const shown = parents.map((parent) => renderMessage(parent, messages)).join('')
    return `<section aria-label="${html(name)}"><h1># ${html(name)}</h1>${shown || '<p class="quiet">No messages yet</p>'}</section>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slack (for testing)</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>${style}</style></head>
<body><main>${sections.join('')}</main><script>${script}</script></body></html>`
}

function renderMessage(message: SlackMessage, all: readonly SlackMessage[]): string {
  const replies = all.filter((one) => one.channel === message.channel && one.thread_ts === message.ts)
  const at = new Date(Number(message.ts) * 1000).toISOString().slice(11, 19)
  const body =
    message.blocks.length > 0 ? message.blocks.map(renderBlock).join('') : `<p>${shown(message.text)}</p>`
  const thread = replies.map((reply) => renderMessage(reply, all)).join('')
  return `<article><p class="by"><b>Switchback</b> <span class="app">APP</span> <time>${at}</time>${
    message.edited ? ' <span class="quiet">(edited)</span>' : ''
  }</p>${body}${thread && `<div class="thread" aria-label="Thread">${thread}</div>`}</article>`
}

function renderBlock(block: unknown): string {
  if (!isObject(block)) return ''
  switch (block.type) {
    case 'header':
      return `<h2>${textOf(block.text)}</h2>`
    case 'section': {
      const fields = Array.isArray(block.fields) ? block.fields : []
      const list = fields.map((field) => `<div>${textOf(field)}</div>`).join('')
      return (
        (block.text ? `<p>${textOf(block.text)}</p>` : '') + (list && `<div class="fields">${list}</div>`)
      )
    }
    case 'context': {
      const elements = Array.isArray(block.elements) ? block.elements : []
      return `<p class="quiet">${elements.map(textOf).join(' · ')}</p>`
    }
    case 'actions': {
      const elements = Array.isArray(block.elements) ? block.elements : []
      return `<p>${elements.map(renderButton).join(' ')}</p>`
    }
    default:
      return ''
  }
}

function renderButton(button: unknown): string {
  if (!isObject(button)) return ''
  const url = typeof button.url === 'string' && /^https?:/.test(button.url) ? button.url : '#'
  return `<a class="button" href="${html(url)}">${textOf(button.text)}</a>`
}

function textOf(text: unknown): string {
  if (!isObject(text) || typeof text.text !== 'string') return ''
  const inside = shown(text.text)
  return text.type === 'mrkdwn' ? inside.replace(/\*([^*<]+)\*/g, '<b>$1</b>') : inside
}

/** Slack's entities back to characters, then safe to stand in HTML. */
function shown(text: string): string {
  return html(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')).replaceAll(
    '\n',
    '<br>',
  )
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const script = `setInterval(async () => {
  const answer = await fetch('/').catch(() => null)
  if (!answer) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const [now, then] = [document.querySelector('main'), page.querySelector('main')]
  if (now.innerHTML !== then.innerHTML) now.replaceWith(then)
}, 1000)`

const style = `:root{color-scheme:light dark}
body{margin:0;font:15px/1.47 system-ui,sans-serif;background:light-dark(#fff,#1a1d21);color:light-dark(#1d1c1d,#d1d2d3)}
main{max-width:46rem;margin:0 auto;padding:1rem}
h1{font-size:1.1rem;border-bottom:1px solid light-dark(#ddd,#35373b);padding:.5rem 0;margin:1rem 0 .5rem}
h2{font-size:1.1rem;margin:.2rem 0}p{margin:.25rem 0;overflow-wrap:anywhere}
article{padding:.5rem 0}.by{margin:0}.app{font-size:.65rem;padding:0 .25rem;border-radius:2px;background:light-dark(#e8e8e8,#35373b)}
time,.quiet{color:light-dark(#616061,#ababad);font-size:.8rem}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.4rem 1rem;margin:.4rem 0}
.button{display:inline-block;border:1px solid light-dark(#bbb,#56585c);border-radius:4px;padding:.3rem .75rem;font-weight:700;
font-size:.85rem;color:inherit;text-decoration:none}
.thread{border-left:3px solid light-dark(#ddd,#35373b);margin:.4rem 0 0 .25rem;padding-left:.9rem}`
