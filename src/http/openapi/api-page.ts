// The description of the API as a page to read: plain HTML, without scripts and without anything from elsewhere.
import type { JsonSchema } from './operation.ts'

/** The page for a document. */
export function apiPage(document: JsonSchema): string {
  const { title, version, description } = document['info'] as Readonly<Record<string, string>>
  const groups = document['tags'] as readonly { readonly name: string; readonly description: string }[]
  const all = operationsOf(document)
  const sections = groups.map(({ name, description: about }) => {
    const rows = all.filter(({ operation }) => String(operation['tags']) === name).map(row)
    return `<h2 id="${escaped(name)}">${escaped(about)}</h2>\n${rows.join('\n')}`
  })
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title ?? '')}</title><style>${style}</style></head><body>`,
    `<h1>${escaped(title ?? '')} ${escaped(version ?? '')}</h1>`,
    `<p>${escaped(description ?? '')} For programs: <a href="/openapi.json">/openapi.json</a>.</p>`,
    ...sections,
    '</body></html>',
    '',
  ].join('\n')
}

interface PlacedOperation {
  readonly method: string
  readonly path: string
  readonly operation: JsonSchema
}

function operationsOf(document: JsonSchema): readonly PlacedOperation[] {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
}

function row({ method, path, operation }: PlacedOperation): string {
  const scope = operation['x-scope'] as string | undefined
  const parameters = (operation['parameters'] ?? []) as readonly JsonSchema[]
  const body = operation['requestBody'] as JsonSchema | undefined
  const lines = parameters.map(({ name, in: place, description }) => {
    return `<li><code>${escaped(String(name))}</code> (${escaped(String(place))}): ${escaped(String(description))}</li>`
  })
  return [
    '<details><summary>',
    `<b>${escaped(method)}</b> <code>${escaped(path)}</code> ${escaped(String(operation['summary']))}</summary>`,
    `<p>${scope === undefined ? 'Open to anybody.' : `Needs the scope <code>${escaped(scope)}</code>.`}</p>`,
    lines.length === 0 ? '' : `<ul>${lines.join('')}</ul>`,
    body === undefined ? '' : `<pre>${escaped(JSON.stringify(body['content'], null, 2))}</pre>`,
    '</details>',
  ].join('')
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'details{border-bottom:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}pre{overflow:auto;font-size:13px}'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign)
}
