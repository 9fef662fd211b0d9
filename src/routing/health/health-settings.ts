// The numbers of a deployment's health, in one place, so that an operator's settings and a test can replace any of them.
// Each name ends in its unit; a share is between 0 and 1.

/** How many calls a deployment may have at once. */
export interface ConcurrencySettings {
  /** The limit rises and falls with what the deployment says. Off, only `fixed` bounds it. */
  readonly adaptive: boolean
  /** What any deployment is taken to bear: the first sign of overload leaves a share of this, or of what was in use. */
  readonly start: number
  /** The limit until the first sign of overload; left out, `start`. */
  readonly atFirst?: number
  /** No sign of overload lowers the limit below this. */
  readonly min: number
  /** No success raises the limit above this. */
  readonly max: number
  /** A cap set by the operator, for a server with so many slots. */
  readonly fixed?: number
  /** The limit changes once in so long. */
  readonly windowMs: number
  /** A sign of overload leaves this share of the limit. */
  readonly decreaseShare: number
  /** The limit rises only if more than this share of it was in use. */
  readonly usedShare: number
  /** The limit rises by this share of itself, and by 1 at least. */
  readonly increaseShare: number
}

/** When calls are held back before the deployment has to refuse them. */
export interface ThrottleSettings {
  /** Calls and accepts are counted over this time. */
  readonly windowMs: number
  /** Calls per accept that are let through. */
  readonly callsPerAccept: number
  /** Some calls get through at any time, or a recovery would never be seen. */
  readonly refusedShareMax: number
}

/** When a deployment is suspected of hanging, before any timeout fires. */
export interface SuspicionSettings {
  /** So many streams wait for their first content. */
  readonly waitingMin: number
  /** Not suspected before so long without any first content. */
  readonly quietMinMs: number
  /** Nor before this multiple of the 99th percentile of the time to first token. */
  readonly firstTokenFactor: number
  /** Fewer samples than this are no percentile to judge by. */
  readonly samplesMin: number
  /** How long without any first content, where there is no percentile. */
  readonly quietUnknownMs: number
  /** A suspicion ends after so long without a call that waits: nothing speaks for it any more. */
  readonly lapseMs: number
  /** What other gateways say of it makes it suspect for so long at most. */
  readonly hearsayMsMax: number
  /** And no oftener, whatever they say. */
  readonly hearsayEveryMs: number
  /** The share of its weight that a suspect still gets. */
  readonly weightShare: number
}

/** When a deployment's success is out of line with its group's. */
export interface OutlierSettings {
  /** Fewer deployments are no group to compare with. */
  readonly deploymentsMin: number
  /** Each with at least so many calls in the window. */
  readonly requestsMin: number
  /** So many standard deviations below the mean. */
  readonly deviations: number
  /** At most this share of a group is out at once, rounded up. */
  readonly ejectedShareMax: number
}

export interface HealthSettings {
  /** So many failures in a row open the breaker. */
  readonly failuresInRow: number
  /** Successes and failures are counted over this time. */
  readonly windowMs: number
  /** The failure rate says nothing below so many calls in the window. */
  readonly requestsMin: number
  /** From this share of failures in the window on, the breaker opens. */
  readonly failureRate: number
  /** How long the first ejection lasts; each further one twice as long. */
  readonly ejectionBaseMs: number
  /** No ejection is longer, but for the spread. */
  readonly ejectionMaxMs: number
  /** Ejections are longer or shorter by up to this share, so that processes do not probe together. */
  readonly ejectionSpread: number
  /** Each such time of health forgives one ejection. */
  readonly forgivenessMs: number
  /** So many successes of probes close the breaker. */
  readonly successesToClose: number
  /** A probe without an answer for so long no longer keeps another from being sent. */
  readonly probeLeaseMs: number
  /** After closing, the weight rises to its whole in this time. */
  readonly slowStartMs: number
  /** The share of its weight with which a deployment starts again. */
  readonly slowStartShare: number
  /** As a last resort, a deployment takes one call in so long. */
  readonly lastResortEveryMs: number
  /** As a last resort, it takes every call if this share of the window succeeded. */
  readonly lastResortSuccess: number
  /** A refused credential is tried again after so long. */
  readonly credentialProbeMs: number
  /** From this share of successes on, a closed deployment is one to move calls to. */
  readonly healthySuccess: number
  readonly concurrency: ConcurrencySettings
  readonly throttle: ThrottleSettings
  readonly suspicion: SuspicionSettings
  readonly outlier: OutlierSettings
}

export const defaultHealthSettings: HealthSettings = {
  failuresInRow: 5,
  windowMs: 30_000,
  requestsMin: 20,
  failureRate: 0.5,
  ejectionBaseMs: 10_000,
  ejectionMaxMs: 300_000,
  ejectionSpread: 0.2,
  forgivenessMs: 60_000,
  successesToClose: 3,
  probeLeaseMs: 60_000,
  slowStartMs: 30_000,
  slowStartShare: 0.1,
  lastResortEveryMs: 1_000,
  lastResortSuccess: 0.1,
  credentialProbeMs: 86_400_000,
  healthySuccess: 0.9,
  concurrency: {
    adaptive: true,
    start: 32,
    min: 4,
    max: 1_000,
    windowMs: 1_000,
    decreaseShare: 0.75,
    usedShare: 0.8,
    increaseShare: 0.05,
  },
  throttle: { windowMs: 120_000, callsPerAccept: 2, refusedShareMax: 0.98 },
  suspicion: {
    waitingMin: 10,
    quietMinMs: 1_000,
    firstTokenFactor: 4,
    samplesMin: 20,
    quietUnknownMs: 5_000,
    lapseMs: 30_000,
    hearsayMsMax: 30_000,
    hearsayEveryMs: 60_000,
    weightShare: 0.05,
  },
  outlier: { deploymentsMin: 5, requestsMin: 100, deviations: 1.9, ejectedShareMax: 0.5 },
}
