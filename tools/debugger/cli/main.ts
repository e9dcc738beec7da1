/**
 * `mesos-debug`: who sends what to whom, in a terminal. Without arguments it teaches.
 *
 *   mesos-debug COMMAND ADDRESS …  ══WebSocket══▶  /__debugger__/stream of the node  ──links──▶  its neighbours
 */
import { Failure } from '../../../libprocess/index.ts';
import { replay } from '../replay/main.ts';
import type { Command, Terminal } from './command.ts';
import { controls } from './control.ts';
import { exportTrace } from './export.ts';
import { seq } from './seq.ts';
import { top } from './top.ts';
import { trace } from './trace.ts';

const COMMANDS: readonly Command[] = [top, trace, seq, exportTrace, replay, ...controls];

const HELP = `Usage: mesos-debug COMMAND ADDRESS [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(7)} ${summary}`).join('\n')}

ADDRESS is host:port of any node: a master, an agent, an executor, a scheduler, a script that listens. From a master the
others are found. Nodes let themselves be looked at from their own machine, unless they were started with
--debugger=remote; they let nobody interfere, unless they were started with --debugger=control.

  --principal=NAME --secret-file=FILE   for nodes that ask who looks; in the environment MESOS_DEBUG_PRINCIPAL, and
                                        MESOS_DEBUG_SECRET_FILE or MESOS_DEBUG_SECRET

A first look:
  mesos-debug top 127.0.0.1:5050
  mesos-debug trace 127.0.0.1:5050 --actor=master --for=10s
  mesos-debug trace 127.0.0.1:5050 --tree --message=RunTaskMessage

\`mesos-debug help COMMAND\` tells more.`;

/** Runs one command; its exit status is 1 when it could not, with a sentence on stderr. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const status = await debug(argv, terminalOf(env));
  if (status !== 0) process.exitCode = status;
}

/** @returns the exit status. */
export async function debug(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = argv;
  const isHelp = ['help', '--help', '-h'].includes(name);
  const wanted = isHelp ? rest[0] : name;
  const command = COMMANDS.find(each => each.name === wanted);
  if (wanted === undefined) {
    terminal.write(`${HELP}\n`);
    return 0;
  }
  if (command === undefined) {
    terminal.note(`mesos-debug: there is no command '${wanted}'; \`mesos-debug help\` lists them`);
    return 1;
  }
  if (isHelp || rest.some(argument => argument === '--help' || argument === '-h')) {
    terminal.write(`Usage: mesos-debug ${command.usage}\n\n${command.summary} ${command.help}\n`);
    return 0;
  }
  return run(command, rest, terminal);
}

async function run(command: Command, argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await command.run(argv, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.note(`mesos-debug ${command.name}: ${error.message}`);
    if (error.code === 'USAGE') terminal.note(`Usage: mesos-debug ${command.usage}`);
    return 1;
  }
}

function terminalOf(env: NodeJS.ProcessEnv): Terminal {
  const { stdout, stderr } = process;
  // A reader that has seen enough, as `head` has, is no mistake.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    env,
    isTerminal: stdout.isTTY === true,
    get rows() {
      return stdout.rows ?? 0;
    },
    write: text => void stdout.write(text),
    note: text => void stderr.write(`${text}\n`),
    interrupted: new Promise(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
  };
}
