// GET /admin/v1/spend/export: what was spent as a file, sent as it is read. No more than a page is in memory, however slowly
// it is taken, and one that breaks off ends without its last chunk: nobody takes a part for the whole.
import { InvalidValue } from '../../core/errors.ts'
import { exportFormats, typeOfExport } from '../../ledger/export/export-formats.ts'
import type { ExportFormat } from '../../ledger/export/export-formats.ts'
import type * as ExportParts from '../../ledger/export/export-apart.ts'
import { windowIn } from '../../ledger/spend/read-words.ts'
import { loadApart } from '../../platform/apart.ts'
import { filtersOf, readSpend } from './ask-spend.ts'
import { ofOwnTenant } from './spend.ts'
import type { SpendParts, SpendRoute } from './spend.ts'

/** The endpoint, over the ledger. */
export function spendExport(parts: Pick<SpendParts, 'source'>): SpendRoute {
  return {
    method: 'GET',
    path: '/admin/v1/spend/export',
    access: { scope: 'admin', reach: 'tenant' },
    answer: async ({ request, edge, caller }) => {
      const query = new URL(request.url).searchParams
      const format = formatIn(query.get('format'))
      const from = query.get('from') ?? undefined
      const to = query.get('to') ?? undefined
      const window = windowIn({ from, to }, edge.parts.clock.wallMs())
      const asked = { format, ...window, where: ofOwnTenant(filtersOf(query), caller) }
      const { exportPieces } = await loadApart<typeof ExportParts>('ledger/export/export-apart', {
        file: '../../ledger/export/export-apart.ts',
        from: import.meta.url,
      })
      const { pieces, first, unshipped } = await readSpend(parts.source, async (reader, left) => {
        const found = exportPieces(reader, asked)
        // A header says nothing of the database, and what follows it may fail: it is read before the answer begins.
        const beginning = [await found.next(), await found.next()]
        return {
          pieces: found,
          first: beginning.map(({ value }) => value ?? '').join(''),
          unshipped: left,
        }
      })
      return new Response(streamOf(first, pieces), {
        headers: {
          'content-type': typeOfExport[format],
          'content-disposition': `attachment; filename="${fileName(asked)}"`,
          'cache-control': 'no-store',
          'x-sallyport-unshipped-attempts': String(unshipped),
        },
      })
    },
  }
}

/** Read on only when the client has taken what is there. */
function streamOf(
  first: string,
  pieces: AsyncGenerator<string, void, undefined>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (first !== '') controller.enqueue(encoder.encode(first))
    },
    pull: async (controller) => {
      const { value, done } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await pieces.return()
    },
  })
}

function formatIn(written: string | null): ExportFormat {
  const format = exportFormats.find((name) => name === (written ?? 'csv'))
  if (format === undefined) throw new InvalidValue('format', `write one of ${exportFormats.join(', ')}`)
  return format
}

function fileName({
  format,
  fromMs,
  toMs,
}: {
  readonly format: ExportFormat
  readonly fromMs: number
  readonly toMs: number
}): string {
  const [from, to] = [fromMs, toMs].map((timeMs) => new Date(timeMs).toISOString().slice(0, 10))
  return `sallyport-${format === 'focus' ? 'focus' : 'attempts'}-${from}-${to}.${format === 'jsonl' ? 'jsonl' : 'csv'}`
}
