// The simulator as its own process: the line it prints, its control endpoints, and a bill that survives its
// end.
import { expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBillFile } from './bill-file.ts'
import { expectedText } from './expected-text.ts'
import { simulatorKey } from './start-simulator.ts'

const messages = [{ role: 'user', content: 'In another process' }]

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = ''
  for await (const piece of stream) {
    text += Buffer.from(piece).toString()
    if (text.includes('\n')) break
  }
  return text
}

async function chat(baseUrl: string, attemptId: string, model: string): Promise<string> {
  const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulatorKey}`, 'x-client-request-id': attemptId },
    body: JSON.stringify({ model, messages }),
  })
  return answer.text()
}

test('a simulator process can be steered, asked for its bill, and leaves it on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  const billFile = join(folder, 'bill.jsonl')
  const main = join(import.meta.dir, 'main.ts')
  const child = Bun.spawn([process.execPath, '--no-env-file', main, '--port', '0', '--ledger', billFile], {
    stdout: 'pipe',
  })
  try {
    const line = await firstLine(child.stdout)
    expect(line).toMatch(/^listening http:\/\/127\.0\.0\.1:\d+\n$/u)
    const baseUrl = line.trim().split(' ')[1] ?? ''
    const order = { default: { answer: { tokens: 2 } }, next: [{ answer: { text: 'queued' } }] }
    await fetch(`${baseUrl}/__control`, { method: 'POST', body: JSON.stringify(order) })
    expect(await chat(baseUrl, 'att_1', 'gpt-5')).toContain('"content":"queued"')
    const expected = expectedText({ messages }, { answer: { tokens: 2 } })
    expect(await chat(baseUrl, 'att_2', 'gpt-5')).toContain(`"content":"${expected}"`)
    await chat(baseUrl, 'att_3', 'status:500')

    const bill = (await (await fetch(`${baseUrl}/__bill`)).json()) as { attemptId: string }[]
    expect(bill.map((entry) => entry.attemptId)).toEqual(['att_1', 'att_2', 'att_3'])
    const requests = (await (await fetch(`${baseUrl}/__requests`)).json()) as { path: string; body: string }[]
    expect(requests).toHaveLength(3)
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ model: 'gpt-5', messages })

    child.kill('SIGTERM')
    expect(await child.exited).toBe(0)
    // A killed process may leave half a line.
    appendFileSync(billFile, '{"step":"end","attemptId":"att_')
    expect(readBillFile(billFile)).toMatchObject([
      { attemptId: 'att_1', finish: 'done', outputTokens: 1, inputTokens: 3, status: 200 },
      { attemptId: 'att_2', finish: 'done', outputTokens: 2 },
      { attemptId: 'att_3', finish: 'error', outputTokens: 0, status: 500 },
    ])
  } finally {
    child.kill()
    rmSync(folder, { recursive: true })
  }
})
