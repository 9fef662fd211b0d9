// The command line: which commands there are, what they take, and what becomes of a mistake in them.
import { Command, CommanderError, Option } from 'commander'
import { nearest } from '../config/suggest.ts'
import { priorityNames } from '../core/priority.ts'
import { version } from '../core/version.ts'
import { doorNames } from './explain/door-names.ts'
import { dataDirOption, gathered, withCommon } from './options.ts'
import type { Done } from './options.ts'
import { other } from './other-commands.ts'
import type { ProcessPort } from './process-port.ts'
import { addSpendCommands } from './spend-commands.ts'
import { start } from './start.ts'

/** Runs the command that the arguments name; without one it starts the gateway. Resolves with the exit code. */
export async function runCommandLine(port: ProcessPort): Promise<number> {
  let code = 0
  const program = commandProgram(port, async (work) => {
    code = await work
  })
  try {
    refuseUnknownCommand(program, port.arguments[0])
    await program.parseAsync([...port.arguments], { from: 'user' })
    return code
  } catch (failure) {
    // Commander has already said what is wrong.
    if (failure instanceof CommanderError) return failure.exitCode
    port.printError(`${failure instanceof Error ? failure.message : String(failure)}\n`)
    return 1
  }
}

/** Every command with what it takes. */
export function commandProgram(port: ProcessPort, done: Done): Command {
  const program = new Command('sallyport')
    .description('The gate in front of all your models: one API, any provider.')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => port.print(text), writeErr: (text) => port.printError(text) })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .helpCommand('help [command]', 'show what a command takes')

  addStart(program, port, done)
  withCommon(program.command('check'))
    .description('read the config and say what is wrong with it, without starting')
    .action((options) => done(other(({ check }) => check(port, options))))
  withCommon(program.command('models'))
    .description('list the models that can be called')
    .action((options) => done(other(({ listModels }) => listModels(port, options))))
  addKeyCommands(program, port, done)
  addBodyCommands(program, port, done)
  withCommon(program.command('run'))
    .description('run a command behind the gateway, with a key of its own, and say what it used')
    .argument('<command>', 'the program; put "--" before it')
    .argument('[args...]', 'its own words')
    .option('--models <names>', 'models it may call, separated by commas (default: every one)')
    .option('--expires <duration>', 'how long its key is valid at most (default: 24h)')
    .option('--log <file>', 'write the log of a gateway that is started for the command here')
    .option('--quiet', 'say nothing but what goes wrong')
    .passThroughOptions()
    .action((command, args, options) => done(other(({ run }) => run(port, [command, ...args], options))))
  addSpendCommands(program, port, done)
  addAuditCommands(program, port, done)
  addBackupCommands(program, port, done)
  addDoctorCommand(program, port, done)
  addExplainCommand(program, port, done)
  program
    .command('import')
    .description('write a config from that of another gateway')
    .command('litellm')
    .description("write a config from that of LiteLLM's proxy, and say what could not be carried")
    .argument('<file>', 'its config.yaml')
    .option('--out <file>', 'where to write; "-" prints it', 'sallyport.yaml')
    .option('--force', 'replace a file that exists')
    .action((file, options) => done(other(({ importLitellm }) => importLitellm(port, file, options))))
  program
    .command('version')
    .description('print the version')
    .action(() => port.print(`sallyport ${version}\n`))
  return program
}

/** Because there is a default command, Commander would take a mistyped one for an argument too many. */
function refuseUnknownCommand(program: Command, first: string | undefined): void {
  const names = [...program.commands.map((command) => command.name()), 'help']
  if (first === undefined || first.startsWith('-') || names.includes(first)) return
  const near = nearest(first, names)
  const advice = near === undefined ? 'See "sallyport help".' : `Did you mean "${near}"?`
  program.error(`There is no command "${first}". ${advice}`)
}

/** Starting it, and asking whether it lives. */
function addStart(program: Command, port: ProcessPort, done: Done): void {
  withCommon(program.command('start', { isDefault: true }))
    .description('run the gateway (what is done without a command)')
    .option('--host <address>', 'listen on this address')
    .option('--port <number>', 'listen on this port')
    .option('--workers <number>', 'so many processes serve the port together; "auto": one for each core')
    .option(
      '--last-good',
      'with a config that is refused, go on with the last that worked (default: after a crash)',
    )
    .option('--no-last-good', 'never do that')
    .addOption(new Option('--log-format <format>', 'how log lines look').choices(['text', 'json']))
    .action((options) => done(start(port, options)))
  addHealthCommand(program, port, done)
}

function addHealthCommand(program: Command, port: ProcessPort, done: Done): void {
  program
    .command('health')
    .description('ask the gateway that runs on a data directory whether it lives; ends with 0 or 1')
    .addOption(dataDirOption('its data directory (default: .sallyport)'))
    .option('--ready', 'ask whether it takes calls')
    .action((options) => done(other(({ askHealth }) => askHealth(port, options))))
}

function addKeyCommands(program: Command, port: ProcessPort, done: Done): void {
  const keys = program.command('keys').description('make, list, change and revoke the API keys of clients')
  withCommon(keys.command('create'))
    .description('make a key; it is shown once')
    .requiredOption('--name <name>', 'what the key is called in logs and records')
    .option('--models <names>', 'models it may call, separated by commas: fast,openai/*')
    .option(
      '--scopes <scopes>',
      'what it may be used for, separated by commas: chat,embeddings (default: all but admin and metrics)',
    )
    .option('--expires <duration>', 'how long it is valid: 12h, 90d')
    .option('--team <name>', 'whose it is: a team of the config, which bounds what it may do')
    .option('--user <name>', 'whose it is: a person, or a program')
    .option('--tenant <name>', 'whose it is: an organisation, where the team does not say so')
    .option('--addresses <ranges>', 'where it may be used from, separated by commas: 10.0.0.0/8')
    .option('--tags <words>', 'words that go with its calls, separated by commas')
    .option('--metadata <entries>', 'names and texts that go with its calls: cost_centre=12')
    .addOption(
      new Option('--priority <name>', 'how much its calls matter when there are too many').choices(
        priorityNames,
      ),
    )
    .option('--max-tokens <count>', 'how long its answers may be at most')
    .option('--max-tokens-default <count>', 'how long they may be where a request does not say')
    .addOption(
      new Option('--max-tokens-above <what>', 'what becomes of a request for more').choices([
        'refuse',
        'lower',
      ]),
    )
    .action((options) => done(other(({ createKey }) => createKey(port, options))))
  withCommon(keys.command('list'))
    .description('list the keys, without their secrets')
    .action((options) => done(other(({ listKeys }) => listKeys(port, options))))
  withCommon(keys.command('rotate'))
    .argument('<id>', 'the id of the key, as `keys list` shows it')
    .description('give a key a new secret; it is shown once, and the old one is good for a while')
    .option('--overlap <duration>', 'how long the old one is good: 1h, 7d, or 0 (default: 24h)')
    .action((id, options) => done(other(({ rotateKeySecret }) => rotateKeySecret(port, id, options))))
  withCommon(keys.command('pepper'))
    .description('change the pepper that keys are hashed with; they all go on working')
    .option('--force', 'also where keys were not used since the last change, which end by it')
    .action((options) => done(other(({ changePepper }) => changePepper(port, options))))
  withCommon(keys.command('revoke'))
    .argument('<id>', 'the id of the key, as `keys list` shows it')
    .description('make a key useless, everywhere within five seconds')
    .action((id, options) => done(other(({ revokeKey }) => revokeKey(port, id, options))))
}

function addBodyCommands(program: Command, port: ProcessPort, done: Done): void {
  const bodies = program
    .command('bodies')
    .description('look at and erase what is kept of prompts and answers (`log.bodies`)')
  withWhose(withCommon(bodies.command('list')))
    .description('list what is kept, the newest first')
    .option('--limit <number>', 'how many calls at most', '50')
    .option('--json', 'all that was said, a JSON object on each line')
    .action((options) => done(other(({ listBodies }) => listBodies(port, options))))
  withCommon(bodies.command('show'))
    .argument('<call>', 'the id of the call')
    .description('print what was said in a call')
    .action((call, options) => done(other(({ showBody }) => showBody(port, call, options))))
  withWhose(withCommon(bodies.command('erase')))
    .description('erase what is kept of somebody, for good')
    .option('--all', 'erase everything')
    .action((options) => done(other(({ eraseBodies }) => eraseBodies(port, options))))
}

function withWhose(command: Command): Command {
  return command
    .option('--user <name>', 'of this user, as the key or the request names it')
    .option('--key <id>', 'of the calls of this key')
    .option('--call <id>', 'of this call')
    .option('--tenant <name>', 'of this tenant')
}

function addAuditCommands(program: Command, port: ProcessPort, done: Done): void {
  const audit = program.command('audit').description('what was done to the gateway, by whom')
  withCommon(audit.command('list'))
    .description('list the newest acts, the newest first')
    .option('--limit <number>', 'how many', '50')
    .option('--json', 'whole entries, for programs')
    .action((options) => done(other(({ listAudit }) => listAudit(port, options))))
  withCommon(audit.command('verify'))
    .description('look whether every entry is as it was written, and name the first that is not')
    .option('--holds <number:hash>', 'an entry that must still be there, as this command printed it before')
    .action((options) => done(other(({ verifyAudit }) => verifyAudit(port, options))))
}

function addBackupCommands(program: Command, port: ProcessPort, done: Done): void {
  addEncryptionCommands(program, port, done)
  withCommon(program.command('backup'))
    .description('copy the database and the peppers into one file, also while a gateway runs')
    .argument('<file>', 'where to write; a file that exists is not replaced')
    .action((file, options) => done(other(({ backup }) => backup(port, file, options))))
  withCommon(program.command('restore'))
    .description('put a backup in the place of the database; no gateway may run on it')
    .argument('<file>', 'what `backup` has written')
    .action((file, options) => done(other(({ restore }) => restore(port, file, options))))
  program
    .command('migrate')
    .description('copy everything from SQLite into an empty PostgreSQL; no gateway may run on either')
    .requiredOption('--to <address>', 'env:NAME, file:PATH, or an address without a password')
    .addOption(dataDirOption('where the SQLite database is (default: .sallyport)'))
    .action((options) => done(other(({ migrate }) => migrate(port, options))))
}

function addEncryptionCommands(program: Command, port: ProcessPort, done: Done): void {
  const encryption = program
    .command('encryption')
    .description('what is kept of calls, under the keys of `encryption` in the config')
  withCommon(encryption.command('status'))
    .description('show how much is kept under which key')
    .action((options) => done(other(({ showEncryption }) => showEncryption(port, options))))
  withCommon(encryption.command('rotate'))
    .description('bring everything under the key in use, also while gateways run')
    .action((options) => done(other(({ rotateEncryption }) => rotateEncryption(port, options))))
  withCommon(encryption.command('forget'))
    .argument('<id>', 'the id of the key, as `encryption status` shows it')
    .description('let gateways start without a key that is lost; what is under it stays unreadable')
    .action((id, options) => done(other(({ forgetEncryptionKey }) => forgetEncryptionKey(port, id, options))))
}

function addDoctorCommand(program: Command, port: ProcessPort, done: Done): void {
  withCommon(program.command('doctor'))
    .description('measure what a deployment, or any OpenAI-compatible address, really does')
    .argument('[model]', 'a model of the config, or provider/model')
    .option('--url <address>', 'examine what is there instead: http://127.0.0.1:8000/v1')
    .option('--model <name>', 'the model at that address (default: the first of its list)')
    .option('--api-key <reference>', 'the key for that address: env:NAME or file:PATH')
    .option('--json', 'print the findings as JSON')
    .option('--write', 'write what is certain into the data directory, where the gateway goes by it')
    .option('--only <checks>', 'make only these checks, separated by commas')
    .option('--calls <number>', 'how often the streamed question is asked', '3')
    .option('--timeout <time>', 'how long an answer may take: 30s', '60s')
    .option('--wrong-key', 'also ask with a wrong key (done anyway at an address that has one)')
    .option(
      '--gateway-suite',
      'put a faulty provider behind the gateway at --url, and watch what it makes of it',
    )
    .option('--provider-port <number>', 'where the faulty provider listens', '4199')
    .option('--wait <time>', 'how long to wait until the gateway reaches it', '2m')
    .action((model, options) => done(other(({ doctor }) => doctor(port, model, options))))
}

function addExplainCommand(program: Command, port: ProcessPort, done: Done): void {
  withCommon(program.command('explain'))
    .description('say what would become of a request, stage by stage, without asking anybody')
    .argument('<file>', 'the JSON body of the request; "-" reads standard input')
    .option('--model <name>', 'another model than the one in the body')
    .addOption(new Option('--door <name>', 'where it comes in (default: guessed)').choices(doorNames))
    .option('--stream', 'as a stream, whatever the body says')
    .option(
      '--key <name>',
      'the key that asks, by its name or id: what it may do, and what is over its calls',
    )
    .option('--header <line>', 'a header that it comes with: "x-sallyport-tags: a"', gathered, [])
    .option('--json', 'for programs')
    .action((file, options) => done(other(({ explainRequest }) => explainRequest(port, file, options))))
}
