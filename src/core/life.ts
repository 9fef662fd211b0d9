// The life of a deployment, as the config tells it: from when its provider calls it deprecated, when it goes, and what
// comes after it. Days begin at midnight UTC.

export interface Life {
  /** Wall clock; undefined when no day is known. */
  readonly deprecatedMs: number | undefined
  readonly retiresMs: number | undefined
  /** What to ask for instead: a model of the config, or provider/model. */
  readonly replacedBy: string | undefined
  /** It may be asked even after it has retired. */
  readonly asksRetired: boolean
}

/** In the words of Anthropic's lists of models. */
export type LifeStage = 'active' | 'deprecated' | 'retired'

export function stageOf({ deprecatedMs, retiresMs }: Life, wallMs: number): LifeStage {
  if (retiresMs !== undefined && wallMs >= retiresMs) return 'retired'
  return deprecatedMs !== undefined && wallMs >= deprecatedMs ? 'deprecated' : 'active'
}

/** What the answers of a deployment say of its end: worked out once, when its stage changes. */
export interface EndNotice {
  /** Of answers, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** `2026-12-01`; empty when unknown. */
  readonly deprecated: string
  readonly retires: string
  readonly replacedBy: string
}

/** `2026-12-01`; empty for no day. */
export function dayText(dayMs: number | undefined): string {
  return dayMs === undefined ? '' : new Date(dayMs).toISOString().slice(0, 10)
}
