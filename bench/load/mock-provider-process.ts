// The mock provider as a process of its own, so that it shares neither heap nor event loop with the load.
import { startMockProvider } from './mock-provider.ts'

const [port, expectedKey] = process.argv.slice(2)
if (port === undefined || expectedKey === undefined)
  throw new Error('usage: mock-provider-process.ts PORT KEY')
startMockProvider({ port: Number(port), expectedKey })
