import { describe, expect, test } from 'bun:test'
import { compare } from './compare.ts'
import type { RecordedRow } from './compare.ts'
import { readExport } from './provider-export.ts'
import { readCsv } from './read-csv.ts'

const day = '2026-11-03'
const startSeconds = Date.UTC(2026, 10, 3) / 1_000
const nothing = { inputTokens: undefined, outputTokens: undefined, nanoDollars: undefined }

describe('comma-separated values', () => {
  test('may be quoted, and end their lines in any way', () => {
    expect(readCsv('\uFEFFa,"b,""c""",\r\n"d\ne",f,g\n\nh,,')).toEqual([
      ['a', 'b,"c"', ''],
      ['d\ne', 'f', 'g'],
      ['h', '', ''],
    ])
    expect(readCsv('')).toEqual([])
  })

  test('are refused with a quote that never ends', () => {
    expect(() => readCsv('a,b\n"c,d\n')).toThrow('line 2')
  })
})

describe('an export', () => {
  test('of OpenAI’s usage is read from its API and from its file', () => {
    const rows = [
      { day, model: 'gpt-4o-2024-08-06', ...nothing, inputTokens: 1_000, outputTokens: 500 },
      { day: '2026-11-04', model: undefined, ...nothing },
    ]
    const page = {
      object: 'page',
      data: [
        {
          object: 'bucket',
          start_time: startSeconds,
          end_time: startSeconds + 86_400,
          results: [
            {
              object: 'organization.usage.completions.result',
              input_tokens: 1_000,
              output_tokens: 500,
              input_cached_tokens: 800,
              num_model_requests: 5,
              project_id: null,
              model: 'gpt-4o-2024-08-06',
            },
          ],
        },
        {
          object: 'bucket',
          start_time: startSeconds + 86_400,
          end_time: startSeconds + 172_800,
          results: [],
        },
      ],
      has_more: false,
    }
    expect(readExport(JSON.stringify(page), undefined)).toEqual(rows)
    expect(readExport(`${JSON.stringify(page)}\n${JSON.stringify(page)}\n`, undefined)).toEqual([
      ...rows,
      ...rows,
    ])
    const file = [
      'start_time,end_time,start_time_iso,end_time_iso,num_model_requests,model,input_tokens,output_tokens',
      `${startSeconds},0,,,5,gpt-4o-2024-08-06,1000,500`,
      `${startSeconds + 86_400},0,,,,,,`,
    ]
    expect(readExport(file.join('\n'), undefined)).toEqual(rows)
  })

  test('of OpenAI’s costs is read from its API and from its file', () => {
    const rows = [{ day, model: undefined, ...nothing, nanoDollars: 60_000_000 }]
    const bucket = {
      start_time: startSeconds,
      results: [{ amount: { value: 0.06, currency: 'usd' }, line_item: null }],
    }
    expect(readExport(JSON.stringify({ data: [bucket] }), undefined)).toEqual(rows)
    const file = `start_time,amount_value,amount_currency,line_item\n${startSeconds},0.060000000000000000,usd,\n`
    expect(readExport(file, undefined)).toEqual(rows)
  })

  test('of Anthropic’s usage is read from its API and from its file', () => {
    const row = { day, model: 'claude-haiku-4-5-20251001', ...nothing, inputTokens: 1_111, outputTokens: 7 }
    const bucket = {
      starting_at: `${day}T00:00:00Z`,
      ending_at: '2026-11-04T00:00:00Z',
      results: [
        {
          uncached_input_tokens: 1_000,
          cache_read_input_tokens: 100,
          cache_creation: { ephemeral_1h_input_tokens: 1, ephemeral_5m_input_tokens: 10 },
          output_tokens: 7,
          server_tool_use: { web_search_requests: 0 },
          model: 'claude-haiku-4-5-20251001',
        },
      ],
    }
    expect(readExport(JSON.stringify({ data: [bucket] }), undefined)).toEqual([row])
    const file = [
      'usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,' +
        'usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,' +
        'usage_output_tokens,web_search_count',
      `${day},claude-haiku-4-5-20251001,key,Default,standard,≤ 200k,1000,10,1,100,7,0`,
    ]
    expect(readExport(file.join('\r\n'), undefined)).toEqual([row])
  })

  test('of Anthropic’s costs is in cents from its API and in dollars from its file', () => {
    const bucket = {
      starting_at: `${day}T00:00:00Z`,
      results: [{ amount: '123.45', currency: 'USD', model: 'm' }],
    }
    expect(readExport(JSON.stringify([bucket]), undefined)).toEqual([
      { day, model: 'm', ...nothing, nanoDollars: 1_234_500_000 },
    ])
    const file = `usage_date_utc,model,token_type,cost_usd\n${day},Claude Haiku 4.5,input_no_cache,1.23\n`
    expect(readExport(file, undefined)).toEqual([
      { day, model: undefined, ...nothing, nanoDollars: 1_230_000_000 },
    ])
  })

  test('of anybody else is read by the names of its columns', () => {
    const columns = { date: 'Day', model: 'Model', input: 'In', cost: 'Cost (USD)' }
    const file = 'Day,Model,In,Cost (USD)\n2026-11-03T10:00:00+02:00,m,"1,000",$0.5\n'
    expect(readExport(file, columns)).toEqual([
      { day, model: 'm', inputTokens: 1_000, outputTokens: undefined, nanoDollars: 500_000_000 },
    ])
    expect(() => readExport(file, { ...columns, model: 'Modell' })).toThrow(
      'no column "Modell", only Day, Model',
    )
  })

  test.each([
    ['', 'empty'],
    ['colour,size\nred,1\n', 'knows exports with these columns: colour, size'],
    [`start_time,input_tokens\n${startSeconds},many\n`, 'Row 1 of the export has "many"'],
    ['start_time,input_tokens\nyesterday,1\n', '"yesterday" for a date'],
    ['{"data": [}', 'Line 1 of the export is no JSON'],
  ])('is refused when it is %j', (text, problem) => {
    expect(() => readExport(text, undefined)).toThrow(problem)
  })
})

describe('what was recorded', () => {
  const ours = (model: string, inputTokens: number): RecordedRow => ({
    day,
    model,
    inputTokens,
    outputTokens: 0,
    nanoDollars: inputTokens,
  })
  const theirs = (model: string | undefined, inputTokens: number) => ({ day, model, ...nothing, inputTokens })

  test('agrees within the tolerance, and not beyond', () => {
    const seen = [1_000, 991, 990, 989, 1_011].map((recorded) => {
      const [difference] = compare([ours('m', recorded)], [theirs('m', 1_000)], 0.01)
      return difference?.isTooLarge
    })
    expect(seen).toEqual([false, false, false, true, true])
  })

  test('is the same model with and without the date of its version', () => {
    const provided = [theirs('gpt-4o-2024-08-06', 60), theirs('gpt-4o-2024-11-20', 40)]
    expect(compare([ours('gpt-4o', 100)], provided, 0)).toMatchObject([
      { model: 'gpt-4o', isTooLarge: false },
    ])
  })

  test('is compared as a whole where the provider does not tell models apart', () => {
    expect(compare([ours('a', 50), ours('b', 50)], [theirs(undefined, 100)], 0)).toMatchObject([
      { model: undefined, recorded: 100, provided: 100, isTooLarge: false },
    ])
  })

  test('differs where only one side knows of a model, and not on days that the export is not of', () => {
    const others = { ...ours('m', 5), day: '2026-11-02' }
    expect(compare([ours('mine', 5), others], [theirs('yours', 7)], 0.5)).toMatchObject([
      { model: 'mine', recorded: 5, provided: 0, share: 1, isTooLarge: true },
      { model: 'yours', recorded: 0, provided: 7, share: 1, isTooLarge: true },
    ])
  })
})
