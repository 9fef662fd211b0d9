// Bundled apart from the rest: a gateway whose description nobody reads need not have it in memory.
export { apiPage } from './api-page.ts'
export { describeApi } from './describe-api.ts'
