// Configs that nobody may take over, each wrong in another way: as YAML, by its words, by what it names, as a file.

/** A good config made bad; the kinds come in turns. */
export function badConfig(good: string, turn: number): string {
  const kinds = [
    `${good}\nmodels: [`,
    `${good}\ntimeuots: { total: 5m }`,
    good.replace(/provider: \w+/, 'provider: nobody'),
    good.replace('env:SIM_KEY', 'env:NOT_THERE'),
    good.replace('env:TEST_KEY', 'file:/not/there'),
    good.includes('\ntimeouts:')
      ? good.replace(/total: \w+/, 'total: soon')
      : `${good}\ntimeouts: { total: soon }`,
    `${good}\0`,
  ]
  return kinds[turn % kinds.length] ?? ''
}
