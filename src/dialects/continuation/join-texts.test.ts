import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Unjoinable } from '../dialect.ts'
import { TextJoin } from './join-texts.ts'
import type { AskedBy } from './join-texts.ts'
import { speaksOfItself } from './speaks-of-itself.ts'

const whole = Array.from({ length: 90 }, (_, index) => ` word${index}`)
  .join('')
  .trimStart()
const ways: readonly AskedBy[] = ['prefill', 'prompt']
const pieceSizes = [1, 7, 64, 10_000]

/** What the client has in the end; undefined where the join was given up. */
function joined(before: string, text: string, how: { askedBy: AskedBy; size?: number }): string | undefined {
  const { askedBy, size = 5 } = how
  const join = new TextJoin(before, askedBy)
  let all = before
  try {
    for (let at = 0; at < text.length; at += size) all += join.push(text.slice(at, at + size))
    return all + join.end()
  } catch (failure) {
    if (failure instanceof Unjoinable) return undefined
    throw failure
  }
}

describe('a continuation that goes on exactly', () => {
  test('is taken as it is wherever a prefill was cut', () => {
    for (let cut = 1; cut <= whole.length; cut += 1) {
      const before = whole.slice(0, cut)
      expect(joined(before, whole.slice(before.trimEnd().length), { askedBy: 'prefill' })).toBe(whole)
    }
  })

  test('is taken behind a prompt wherever a word had ended', () => {
    for (const { index } of whole.matchAll(/ /gu)) {
      for (const size of pieceSizes) {
        expect(joined(whole.slice(0, index), whole.slice(index), { askedBy: 'prompt', size })).toBe(whole)
      }
    }
  })

  test('is given up behind a prompt where a space may have been lost', () => {
    expect(joined('one two three four five', 'six seven', { askedBy: 'prompt' })).toBeUndefined()
    expect(joined('one two three four fi', 've six seven', { askedBy: 'prompt' })).toBeUndefined()
  })

  test('needs no space where the script has none', () => {
    expect(joined('城门在夜里关上', '了，守卫睡着了。', { askedBy: 'prompt' })).toBe(
      '城门在夜里关上了，守卫睡着了。',
    )
  })

  test('may be empty', () => {
    for (const askedBy of ways) expect(joined(whole, '', { askedBy })).toBe(whole)
  })
})

describe('a continuation that repeats the end', () => {
  test('loses what it repeats, or is given up, for each length of it', () => {
    for (const askedBy of ways) {
      for (let length = 1; length <= 200; length += 1) {
        const before = whole.slice(0, 300)
        const text = whole.slice(300 - length)
        const all = joined(before, text, { askedBy, size: length % 9 || 400 })
        if (length >= 16) expect(all).toBe(whole)
        else if (askedBy === 'prompt') expect(all).toBeUndefined()
      }
    }
  })

  test('may have nothing to add', () => {
    expect(joined(whole, whole.slice(-40), { askedBy: 'prompt' })).toBe(whole)
  })

  test('is given up where the text repeats itself', () => {
    const row = '| --- | --- | --- | --- | --- |'
    expect(joined(`a\n${row}`, `${row.slice(4)}\nb`, { askedBy: 'prompt' })).toBeUndefined()
    expect(
      joined('so ha ha ha ha ha ha ha ha', ' ha ha ha ha ha ha ha.', { askedBy: 'prompt' }),
    ).toBeUndefined()
  })

  test('is new behind a prefill where it is short or the text repeats itself', () => {
    expect(joined('and so they said ha', 'ha, and left.', { askedBy: 'prefill' })).toBe(
      'and so they said haha, and left.',
    )
    expect(joined(`a\n| --- | --- | --- | ---`, ` | --- | --- | --- |\nb`, { askedBy: 'prefill' })).toBe(
      `a\n| --- | --- | --- | --- | --- | --- | --- |\nb`,
    )
  })

  test('is given up behind a prompt where it is short: "ha" after "ha" may be new', () => {
    expect(joined('and so they said ha', 'ha, and left.', { askedBy: 'prompt' })).toBeUndefined()
    expect(joined('A list:\n', '\nfirst', { askedBy: 'prompt' })).toBeUndefined()
  })
})

describe('a continuation that begins again', () => {
  test('loses all that was said', () => {
    for (const askedBy of ways) {
      for (const size of pieceSizes) {
        for (let cut = 16; cut < whole.length; cut += 13) {
          expect(joined(whole.slice(0, cut), whole, { askedBy, size })).toBe(whole)
        }
      }
    }
  })

  test('is never taken as new, however little was said', () => {
    for (let cut = 1; cut < 16; cut += 1) {
      expect(joined(whole.slice(0, cut), whole, { askedBy: 'prompt' })).toBeUndefined()
    }
  })

  test('is given up where it says something else', () => {
    const other = whole.replace('word20', 'Word20')
    for (const askedBy of ways) {
      for (const size of pieceSizes)
        expect(joined(whole.slice(0, 300), other, { askedBy, size })).toBeUndefined()
    }
    expect(joined(whole.slice(0, 300), whole.slice(40, 200), { askedBy: 'prompt' })).toBeUndefined()
  })
})

const apologies = [
  'Sorry, I was interrupted. ',
  "I apologize for the interruption! Here's the rest:\n\n",
  'Continuing from where I left off:\n\n',
  'Sure, here is the rest: ',
  '"',
  '```\n',
  'Entschuldigung, hier geht es weiter: ',
  'Es tut mir leid. ',
  'Désolé pour la coupure. Voici la suite : ',
  'Lo siento, continúo:\n',
  'Mi dispiace, ecco il resto: ',
  '抱歉，继续：',
  '申し訳ありません。続きです：',
  'Извините, продолжаю: ',
]

describe('a continuation that begins with words about itself', () => {
  test('loses them where an overlap or a restart follows', () => {
    for (const words of apologies) {
      for (const size of pieceSizes) {
        const before = whole.slice(0, 307)
        for (const start of [before.length - 16, before.length - 60, before.length - 200, 0]) {
          expect(joined(before, words + whole.slice(start), { askedBy: 'prompt', size })).toBe(whole)
        }
      }
    }
  })

  test('is given up where nothing shows what belongs to the answer', () => {
    for (const words of apologies) {
      for (const before of [whole.slice(0, 307), whole.slice(0, 12), `${whole.slice(0, 305)} `]) {
        expect(joined(before, words + whole.slice(before.length), { askedBy: 'prompt' })).toBeUndefined()
      }
    }
  })

  test('is given up behind a prefill too', () => {
    const before = whole.slice(0, 307)
    const text = `Sorry, I was cut off. ${whole.slice(307)}`
    expect(joined(before, text, { askedBy: 'prefill' })).toBeUndefined()
    expect(joined(before, `Sorry, I was cut off. ${whole.slice(250)}`, { askedBy: 'prefill' })).toBe(whole)
  })

  test('is given up where it is in words that are not known, and the text could stand there', () => {
    const before = `${whole.slice(0, 306)}\n`
    const text = `Jatkan tästä: ${whole.slice(200, 306)}\n${whole.slice(307)}`
    expect(joined(before, text, { askedBy: 'prompt' })).toBeUndefined()
  })
})

test('white space that a prefill may not end with is neither lost nor doubled', () => {
  for (const gap of [' ', '\n', '\n\n', ' \n ']) {
    const before = `one two three.${gap}`
    for (const text of [`${gap}four five`, 'four five', ' four five']) {
      expect(joined(before, text, { askedBy: 'prefill', size: 1 })).toBe(`one two three.${gap}four five`)
    }
    expect(joined(before, `${gap}\nfour`, { askedBy: 'prefill' })).toBe(`one two three.${gap}\nfour`)
  }
})

test('what is held back is bounded', () => {
  const join = new TextJoin(`${whole}\n`, 'prompt')
  let heldChars = 0
  for (let at = 0; join.push(`x${at} y\n`) === ''; at += 1) heldChars += `x${at} y\n`.length
  expect(heldChars).toBeLessThan(420)
})

test('a join is exact or given up, wherever and however it is gone on with', () => {
  const text =
    'La la la, says the song.\nDa da da, says the song.\nAnd  then: 1, 1, 1, 2; 你好 👩‍👩‍👧 end\n\n\n- a\n- a\n- b'
  for (let cut = 1; cut < text.length; cut += 1) {
    const before = text.slice(0, cut)
    for (let start = 0; start <= cut; start += 1) {
      const openings = start > cut - 2 ? [''] : ['', 'Sorry. ']
      const all = openings.map((words) =>
        joined(before, words + text.slice(start), { askedBy: 'prompt', size: 3 }),
      )
      expect(all.filter((each) => each !== undefined && each !== text)).toEqual([])
    }
  }
})

const words = fc.constantFrom(
  ' ha',
  'ha',
  ' gate',
  'way',
  '\n',
  '\n\n',
  ' ',
  '- ',
  'Sorry, ',
  '| --- ',
  ' keeps the night out',
  '.',
  '你好',
  ' 👩‍👩‍👧',
)
const texts = fc.array(words, { maxLength: 60 }).map((each) => each.join(''))

test('a join is the same in whatever pieces the text comes', () => {
  fc.assert(
    fc.property(
      fc.tuple(texts, texts, texts, fc.constantFrom(...ways)),
      fc.integer({ min: 1, max: 40 }),
      ([said, between, rest, askedBy], size) => {
        for (const text of [
          rest,
          said + rest,
          said.slice(-30) + rest,
          `${between}${said.slice(-40)}${rest}`,
        ]) {
          const all = joined(said, text, { askedBy, size: 100_000 })
          expect(joined(said, text, { askedBy, size })).toEqual(all as string)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('what is joined begins with what was there and adds an end of what came', () => {
  fc.assert(
    fc.property(texts, texts, fc.constantFrom(...ways), (said, text, askedBy) => {
      const all = joined(said, text, { askedBy })
      if (all === undefined) return
      expect(all.startsWith(said)).toBe(true)
      expect(text.endsWith(all.slice(said.length))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('a prefill that goes on where it stopped is taken as it is, unless it begins with words about itself or much again', () => {
  fc.assert(
    fc.property(texts, texts, (said, rest) => {
      const before = said.trimEnd()
      fc.pre(!speaksOfItself(rest))
      const all = joined(before, rest, { askedBy: 'prefill' })
      // A long overlap is taken for one; then what was added is shorter.
      if (all !== undefined && all !== before + rest) {
        expect(before.endsWith(rest.slice(0, rest.length - (all.length - before.length)))).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})
