// The one list of files that follow from the code. A new one is a line here; `npm run derive` writes it, and a test
// fails while it is stale.
import { catalogue } from '../../src/providers/catalogue.ts'
import { describeCatalogue } from '../../src/providers/describe-catalogue.ts'
import { classifierWeights } from './classifier-weights.ts'
import { configPage } from './config-page.ts'
import { configJsonSchema } from './config-schema.ts'
import { dialectsPage } from './dialects-page.ts'
import { exampleConfig } from './example-config.ts'
import { metricsPage } from './metrics-page.ts'
import { openApiFile } from './openapi.ts'
import { wholeSchema } from './whole-schema.ts'

export interface DerivedFile {
  /** From the root of the repository. */
  readonly path: string
  content(): string
}

export const derivedFiles: readonly DerivedFile[] = [
  {
    path: 'docs/reference/sallyport.schema.json',
    content: () => `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  },
  { path: 'docs/reference/sallyport.example.yaml', content: () => exampleConfig(configJsonSchema()) },
  { path: 'docs/reference/config.md', content: () => configPage(configJsonSchema()) },
  { path: 'docs/reference/providers.md', content: () => describeCatalogue(catalogue) },
  { path: 'docs/reference/dialects.md', content: dialectsPage },
  { path: 'docs/reference/metrics.md', content: metricsPage },
  { path: 'docs/reference/openapi.json', content: openApiFile },
  { path: 'src/adapters/sqlite/whole-schema.json', content: wholeSchema },
  { path: 'src/routing/classifier/weights.gen.ts', content: classifierWeights },
]
