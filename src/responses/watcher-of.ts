// How the writing goes, in the words of those who are told about responses.
import type { ResponsesObserver } from './ports.ts'
import type { WriteWatcher } from '../store/write-behind.ts'

export function watcherOf(observer: ResponsesObserver): WriteWatcher {
  return {
    failed: () => observer.counted('write_failed', 1),
    lost: (number) => observer.counted('lost', number),
    troubled: (cause) => observer.writingTroubled(cause),
    works: () => observer.writingWorks(),
  }
}
