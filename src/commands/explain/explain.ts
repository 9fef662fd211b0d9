// `sallyport explain`: what would become of a request that lies in a file, stage by stage, and why. Nobody is called.
import { formatProblems } from '../../config/problem.ts'
import { databasePlace } from '../../compose/database-place.ts'
import { explain } from '../../compose/explain.ts'
import { readMeasured } from '../../compose/measured-capabilities.ts'
import { readText } from '../../platform/read-text.ts'
import { systemClock } from '../../platform/system-clock.ts'
import { Log } from '../../telemetry/log.ts'
import type { ProcessPort } from '../process-port.ts'
import { readConfigOnce } from '../read-with-stores.ts'
import { explanationJson } from './explanation-json.ts'
import { explanationText } from './explanation-text.ts'
import { findKey } from '../../compose/find-key.ts'
import { readQuestion } from './read-question.ts'
import type { ExplainOptions } from './read-question.ts'

/** Resolves with 0 when the request would be sent to somebody, and with 1 when it would be refused. */
export async function explainRequest(
  port: ProcessPort,
  file: string,
  options: ExplainOptions,
): Promise<number> {
  const loaded = await readConfigOnce(port, options.config)
  if (!loaded.ok) {
    port.printError(`${formatProblems(loaded)}\n`)
    return 1
  }
  const text = textOf(port, file, loaded.config.server.body_limit)
  const path = options.dataDir ?? '.sallyport'
  const place = { path, database: databasePlace(loaded, port.environment) }
  const key =
    options.key === undefined
      ? undefined
      : await findKey(options.key, { loaded, place, wallMs: systemClock.wallMs() })
  const { question, isGuessed } = readQuestion(text, options, key)
  const silent = new Log({ write: () => {} }, systemClock, 'json')
  const measured = readMeasured(path, silent)
  const { environment } = port
  const explanation = explain(loaded, question, { clock: systemClock, environment, measured })
  port.print(
    options.json === true
      ? `${JSON.stringify(explanationJson(explanation), null, 2)}\n`
      : explanationText(explanation, { isGuessed, bodyBytesMax: loaded.config.server.body_limit }),
  )
  return explanation.refusal === undefined ? 0 : 1
}

function textOf(port: ProcessPort, file: string, bytesMax: number): string {
  if (file === '-') return port.readStandardInput()
  const read = readText(file, bytesMax)
  if (!read.ok) throw new Error(`The file ${file} ${read.reason}.`)
  return read.text
}
