/**
 * `mesos`: one command line for all there is. Without arguments it teaches.
 *
 *   mesos local | master | agent     daemons; they take Mesos' flags and run until they are stopped
 *   mesos execute | ps | state       what one does with a cluster
 */
import { Failure } from '../../libprocess/index.ts';
import { type Command, print } from './command.ts';
import { execute } from './execute.ts';
import { ps } from './ps.ts';
import { state } from './state.ts';

/** Daemons are loaded only when they are run. */
const DAEMONS: readonly (Omit<Command, 'run'> & { readonly load: () => Promise<Program> })[] = [
  {
    name: 'local',
    summary: 'Starts a whole cluster here: one master, two agents.',
    load: () => import('../local/main.ts'),
  },
  { name: 'master', summary: 'Starts a master.', load: () => import('../master/main.ts') },
  { name: 'agent', summary: 'Starts an agent.', load: () => import('../agent/main.ts') },
];

interface Program {
  main(argv: readonly string[], env: NodeJS.ProcessEnv): unknown;
}

const COMMANDS: readonly Command[] = [
  ...DAEMONS.map(({ name, summary, load }) => ({
    name,
    summary,
    async run(argv: readonly string[], env: NodeJS.ProcessEnv) {
      const { main: start } = await load();
      await start(argv, env);
      return 0;
    },
  })),
  execute,
  ps,
  state,
];

const HELP = `Usage: mesos COMMAND [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

A first look, in two terminals:
  mesos local
  mesos execute --name=hello --command='echo hello; sleep 1'

\`mesos help COMMAND\` tells its options.`;

export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const [name = 'help', ...rest] = argv;
  const isHelp = ['help', '--help', '-h'].includes(name);
  const [wanted, args] = isHelp ? [rest[0], ['--help']] : [name, rest];
  if (wanted === undefined) {
    print(HELP);
    return;
  }
  const command = COMMANDS.find(each => each.name === wanted);
  if (command === undefined) {
    process.stderr.write(`mesos: there is no command '${wanted}'; \`mesos help\` lists them\n`);
    process.exitCode = 1;
  } else {
    await run(command, args, env);
  }
}

async function run(command: Command, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const status = await command.run(argv, env);
    if (status !== 0) process.exitCode = status;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`mesos ${command.name}: ${error.message}\n`);
    process.exitCode = 1;
  }
}
