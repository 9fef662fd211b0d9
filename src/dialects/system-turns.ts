// Where the system may speak. Some servers refuse a conversation in which it does so later than at the start.
import type { Turn } from '../core/model-request.ts'
import type { WriteWishes } from './dialect.ts'

/** One turn for each; what the system says later than at the start is said by the user where it has to be. */
export function placedSystemTurns(
  turns: readonly Turn[],
  { systemTurns }: Pick<WriteWishes, 'systemTurns'>,
): readonly Turn[] {
  if (systemTurns !== 'start') return turns
  const start = turns.findIndex(({ role }) => role !== 'system')
  return turns.map((turn, index) =>
    turn.role === 'system' && start !== -1 && index > start ? { ...turn, role: 'user' } : turn,
  )
}
