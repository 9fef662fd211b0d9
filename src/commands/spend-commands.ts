// The commands about what was spent.
import { Option } from 'commander'
import type { Command } from 'commander'
import { gathered, withCommon } from './options.ts'
import type { Done } from './options.ts'
import { other } from './other-commands.ts'
import type { ProcessPort } from './process-port.ts'

/** `usage` and `reconcile`. */
export function addSpendCommands(program: Command, port: ProcessPort, done: Done): void {
  withCommon(program.command('usage'))
    .description('say what was used and what it cost')
    .option('--by <dimensions>', 'told apart by what, separated by commas: team,model', 'model')
    .option('--from <time>', 'from here on, UTC: 2026-11, 2026-11-21 (default: the beginning of the month)')
    .option('--to <time>', 'until before here (default: the end of this month)')
    .addOption(new Option('--interval <length>', 'a sum for each').choices(['hour', 'day']))
    .option(
      '--only <dimension=name>',
      'only of this, such as team=red; may be said several times',
      gathered,
      [],
    )
    .addOption(
      new Option('--format <format>', 'how; focus is the FinOps FOCUS 1.2 dataset, by the day')
        .choices(['table', 'csv', 'jsonl', 'focus'])
        .default('table'),
    )
    .option('--attempts', 'every attempt instead of sums, as csv or jsonl')
    .action((options) => done(other(({ showUsage }) => showUsage(port, options))))
  withCommon(program.command('reconcile'))
    .argument('<file>', "the provider's own export of usage or costs, CSV or JSON")
    .description('compare what was recorded with what a provider says, by model and day')
    .option('--provider <name>', 'the provider of the config that the export is of')
    .option('--columns <names>', 'what the columns of a CSV file are: date=Day,model=Model,cost=USD')
    .option('--tolerance <percent>', 'how much the sums may differ', '1')
    .option('--json', 'for programs')
    .action((file, options) => done(other(({ reconcile }) => reconcile(port, file, options))))
}
