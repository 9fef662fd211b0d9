// Two budgets, because repeating a call on a sick provider and moving it to a healthy one are different things: the
// first adds to an outage and gets little, the second ends one and gets a move for each call. Nothing here knows time.

/** Bounds of the retry budget. Shares are of the calls that are being served. */
export interface RetryBudgetSettings {
  readonly tokensMax: number
  readonly tokensAtStart: number
  /** What each call's first attempt adds; a retry takes 1. */
  readonly tokensPerCall: number
  readonly activeMin: number
  readonly activeShare: number
}

/** Bounds of the failover budget. */
export interface FailoverBudgetSettings {
  readonly activeMin: number
  readonly activeShare: number
}

export const defaultRetryBudget: RetryBudgetSettings = {
  // What was saved up while all was well must not be spent on an outage: one attempt in five, and these. With a connection
  // that dies and a move that turns out to be none, they are the five that an outage may cost besides.
  tokensMax: 4,
  tokensAtStart: 4,
  tokensPerCall: 0.2,
  activeMin: 3,
  activeShare: 0.2,
}

/**
 * One move for each call under way: those that hang at a provider are given up together, and all of them have to go
 * somewhere. What bounds an outage is that a place where two calls in a row failed is none to move to.
 */
export const defaultFailoverBudget: FailoverBudgetSettings = { activeMin: 10, activeShare: 1 }

/** Further attempts that run at once: a share of the calls that do, but never fewer than some. */
class ActiveShare {
  readonly #min: number
  readonly #share: number
  calls = 0
  extra = 0

  constructor({ activeMin, activeShare }: FailoverBudgetSettings) {
    this.#min = activeMin
    this.#share = activeShare
  }

  get isLeft(): boolean {
    return this.extra + 1 <= Math.max(this.#min, this.#share * this.calls)
  }
}

/** Tokens are counted in thousandths, so that five fifths are one. */
const perToken = 1_000

/** For another attempt on the same deployment, the same provider, or one that is not healthy. */
export class RetryBudget {
  readonly #settings: RetryBudgetSettings
  readonly #active: ActiveShare
  #thousandths: number

  constructor(settings: RetryBudgetSettings = defaultRetryBudget) {
    this.#settings = settings
    this.#active = new ActiveShare(settings)
    this.#thousandths = settings.tokensAtStart * perToken
  }

  /** Retries that could begin now if none ended. */
  get tokens(): number {
    return this.#thousandths / perToken
  }

  /** A call begins its first attempt. */
  beginCall(): void {
    const { tokensMax, tokensPerCall } = this.#settings
    this.#active.calls += 1
    this.#thousandths = Math.min(
      tokensMax * perToken,
      this.#thousandths + Math.round(tokensPerCall * perToken),
    )
  }

  /** The call is over, with whatever attempts it had. */
  endCall(): void {
    this.#active.calls -= 1
  }

  /** Whether a retry may begin. Takes nothing: several budgets may have to agree. */
  mayBegin(): boolean {
    return this.#thousandths >= perToken && this.#active.isLeft
  }

  begin(): void {
    this.#thousandths -= perToken
    this.#active.extra += 1
  }

  end(): void {
    this.#active.extra -= 1
  }

  /**
   * An attempt was paid otherwise: a call was moved to what looked healthy, or a connection that had died was replaced. At
   * the beginning of an outage that is one more attempt like any other.
   */
  spend(): void {
    this.#thousandths = Math.max(0, this.#thousandths - perToken)
  }
}

/** For moving a call to a deployment that is a healthy destination. */
export class FailoverBudget {
  readonly #active: ActiveShare

  constructor(settings: FailoverBudgetSettings = defaultFailoverBudget) {
    this.#active = new ActiveShare(settings)
  }

  beginCall(): void {
    this.#active.calls += 1
  }

  endCall(): void {
    this.#active.calls -= 1
  }

  mayBegin(): boolean {
    return this.#active.isLeft
  }

  begin(): void {
    this.#active.extra += 1
  }

  end(): void {
    this.#active.extra -= 1
  }
}
