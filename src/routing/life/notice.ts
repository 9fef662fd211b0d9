// What answers say of a deployment that is on its way out: RFC 9745 (Deprecation) and RFC 8594 (Sunset), and where to
// read about what comes after it (RFC 5829).
import { dayText } from '../../core/life.ts'
import type { EndNotice, Life } from '../../core/life.ts'

/** What is said from now on; undefined before the day on which it is deprecated. */
export function noticeOf(life: Life, wallMs: number): EndNotice | undefined {
  const { deprecatedMs, retiresMs, replacedBy } = life
  // A day on which it goes, and none before it on which that was said: it is said from the start.
  const saidFromMs = deprecatedMs ?? (retiresMs === undefined ? undefined : Number.NEGATIVE_INFINITY)
  if (saidFromMs === undefined || wallMs < saidFromMs) return undefined
  return {
    headers: {
      ...(deprecatedMs === undefined ? {} : { deprecation: `@${Math.floor(deprecatedMs / 1_000)}` }),
      ...(retiresMs === undefined ? {} : { sunset: new Date(retiresMs).toUTCString() }),
      ...(replacedBy === undefined ? {} : { link: successorLink(replacedBy) }),
    },
    deprecated: dayText(deprecatedMs),
    retires: dayText(retiresMs),
    replacedBy: replacedBy ?? '',
  }
}

/** The same answers come from another model by now: that, too, must not be silent. */
export function replacementNotice(life: Life, replacement: string, wallMs: number): EndNotice | undefined {
  const notice = noticeOf({ ...life, replacedBy: replacement }, wallMs)
  if (notice === undefined) return undefined
  return { ...notice, headers: { ...notice.headers, 'x-sallyport-replaced-by': encodeURI(replacement) } }
}

function successorLink(model: string): string {
  return `</v1/models/${model.split('/').map(encodeURIComponent).join('/')}>; rel="successor-version"`
}
