// The settings of the log. Everything else that is measured is always on.
import * as z from 'zod'

/** The section has what is kept of bodies, too, which is another feature's. */
export const logMembers = {
  format: z
    .enum(['auto', 'text', 'json'])
    .prefault('auto')
    .describe('`text` for people, `json` for machines; `auto` is text on a terminal and JSON elsewhere.'),
  level: z
    .enum(['debug', 'info', 'warn', 'error'])
    .prefault('info')
    .describe('The least important line that is written.'),
}
