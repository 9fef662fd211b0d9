// The key that would ask, in words for people: whose it is, what it may do, and what is over its calls.
import type { Caller } from '../../core/caller.ts'
import { limitText } from '../../core/limit-errors.ts'
import type { Explanation } from '../../pipeline/explain-call.ts'
import type { BudgetOver, LimitOver } from '../../pipeline/explain-key.ts'

/** Nothing where no key was named. */
export function keyParagraph({ key, bounds }: Explanation): string[][] {
  if (key === undefined) return []
  const { id, name, state, caller } = key
  const standing = caller === undefined ? 'opens nothing: the config does not have its team' : state
  return [
    [
      `asks      the key "${name}" (${id}): ${standing}`,
      ...(caller === undefined ? [] : callerLines(caller)),
      ...(bounds?.limits ?? []).map((limit) => `limited: ${limitLine(limit)}`),
      ...(bounds?.budgets ?? []).map((budget) => `budget: ${budgetLine(budget)}`),
    ],
  ]
}

function callerLines(caller: Caller): string[] {
  const { tenant, team, user, models, scopes, addresses, teamAllows, maxTokens } = caller
  const whose = [
    ...(tenant === undefined ? [] : [`the tenant ${tenant}`]),
    ...(team === undefined ? [] : [`the team ${team}`]),
    ...(user === undefined ? [] : [`the user ${user}`]),
  ]
  return [
    ...(whose.length === 0 ? [] : [`belongs to ${whose.join(', ')}`]),
    ...wordsLine('may call', models),
    ...wordsLine('its team may call', teamAllows?.models),
    ...wordsLine('has the scopes', scopes),
    ...wordsLine('its team has the scopes', teamAllows?.scopes),
    ...wordsLine('may come from', addresses),
    ...wordsLine('its team may come from', teamAllows?.addresses),
    ...(maxTokens?.unasked === undefined
      ? []
      : [`asks for ${maxTokens.unasked} tokens where nothing is said`]),
    ...(maxTokens?.max === undefined
      ? []
      : [`may ask for ${maxTokens.max} tokens at most; more is ${maxTokens.lowers ? 'lowered' : 'refused'}`]),
    ...(caller.keepBodies === false ? ['nothing of its calls is kept'] : []),
  ]
}

function wordsLine(what: string, words: readonly string[] = []): string[] {
  return words.length === 0 ? [] : [`${what} ${words.join(', ')}`]
}

function limitLine({ level, name, kind, amount, perMs, burst }: LimitOver): string {
  const atOnce = kind === 'concurrency' || burst === amount ? '' : `, ${burst} at once`
  return `the ${level} "${name}": ${limitText({ kind, limit: amount, perMs })}${atOnce}`
}

function budgetLine({ level, name, unit, amount, period, stops }: BudgetOver): string {
  const much = unit === 'tokens' ? `${amount} tokens` : `$${amount / 1e9}`
  const stretch = period === 'total' ? 'in total' : `in each ${period}`
  return `the ${level} "${name}": ${much} ${stretch}${stops ? '' : ', which only alerts'}`
}
