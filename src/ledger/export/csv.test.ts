import { expect, test } from 'bun:test'
import { csvLine } from './csv.ts'

test('cells are quoted where they must be, and what is not known is empty', () => {
  expect(csvLine(['a', 1.5, true, null, 'b,"c"', 'd\ne', ''])).toBe('a,1.5,true,,"b,""c""","d\ne",\r\n')
})

test('a text that a spreadsheet would take for a formula is none, and a number below zero stays one', () => {
  expect(csvLine(['=HYPERLINK("x")', '+1', '-1', '@a', '\tb', -1])).toBe(
    '"\'=HYPERLINK(""x"")",\'+1,\'-1,\'@a,\'\tb,-1\r\n',
  )
})
