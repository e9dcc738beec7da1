/**
 * `npm start`, `mesos local`: one master and a few agents on this machine, until Ctrl-C.
 *
 * Source: Mesos src/local/main.cpp, which runs them in one process; here each is its own.
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure, Promised, Runtime, realDisk, realLauncher, TcpNetwork, type Timer } from '../../libprocess/index.ts';
import { DEBUGGER_FLAGS, debuggerArguments } from '../common/debugger-flags.ts';
import { usage } from '../common/flag-help.ts';
import type { FlagSet, FlagValues } from '../common/flags.ts';
import { readFlags } from '../read-flags.ts';
import { LocalCluster } from './cluster.ts';

export const LOCAL_FLAGS = {
  help: { type: 'bool', default: false, help: 'Prints this and exits.' },
  ip: { type: 'text', default: '127.0.0.1', help: 'IP address that all daemons listen on.' },
  port: { type: 'int', default: 5050, help: 'Port of the master; the agents take free ones.' },
  agents: { type: 'int', default: 2, aliases: ['num_slaves'], help: 'How many agents.' },
  resources: { type: 'text', help: 'Resources of each agent; by default they share what the machine has.' },
  work_dir: { type: 'path', help: 'Folder for logs, sandboxes and state; by default a fresh one for each start.' },
  ...DEBUGGER_FLAGS,
} as const satisfies FlagSet;

const AGENTS_MAX = 50;
/** npm passes on a signal that the terminal has sent already: what comes so soon is no second Ctrl-C. */
const REPEAT_MS = 1_000;
const VIGIL_MS = 60_000;

export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { values, rest } = readFlags(LOCAL_FLAGS, argv, env);
    if (values.help) print(usage('mesos local', 'Starts a whole cluster on this machine.', LOCAL_FLAGS));
    else await run(checked(values, rest), env);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${sentence(error)}\n`);
    process.exitCode = 1;
  }
}

type Flags = FlagValues<typeof LOCAL_FLAGS>;

function checked(flags: Flags, rest: readonly string[]): Flags {
  if (rest.length > 0) throw new Failure(`'${rest[0]}' is no flag: see \`npm start -- --help\``, 'BAD_FLAG');
  if (flags.agents < 1 || flags.agents > AGENTS_MAX) {
    throw new Failure(`--agents=${flags.agents}: want 1 to ${AGENTS_MAX}`, 'BAD_FLAG');
  }
  return flags;
}

async function run(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const { ip, port, agents, resources } = flags;
  const runtime = Runtime.local({ network: new TcpNetwork(), disk: realDisk, launcher: realLauncher });
  const workDir = await folder(flags.work_dir);
  const cluster = new LocalCluster(runtime, {
    ip,
    port,
    agents,
    workDir,
    resources,
    flags: debuggerArguments(flags),
    env,
  });
  const ending = new Ending(runtime, cluster);
  try {
    print(`Starting a master and ${agents} agents…`);
    await cluster.start();
    print(report(cluster, flags, workDir));
    cluster.onLoss(({ spec }) => {
      process.stderr.write(`\n${spec.title} ended by itself: see ${spec.log}\n`);
      process.exitCode = 1;
      ending.begin();
    });
  } catch (error) {
    if (!(error instanceof Failure && cluster.isStopping)) {
      await cluster.stop();
      ending.done.set();
      await runtime.stop();
      throw error;
    }
  }
  await ending.done;
  await runtime.stop();
}

/** The end of the cluster: a signal begins it, a second one hurries it. */
class Ending {
  readonly done = new Promised<void>();
  #begunAt: number | null = null;
  /** Daemons do not keep their parent alive: this does. */
  #vigil: Timer | null = null;

  constructor(
    private readonly runtime: Runtime,
    private readonly cluster: LocalCluster,
  ) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#signaled());
    this.#watch();
    this.done.onAny(() => this.#vigil?.cancel());
  }

  begin(): void {
    if (this.#begunAt !== null) return;
    this.#begunAt = this.runtime.clock.now;
    print('\nStopping: tasks first, then agents and master…');
    this.done.associate(this.cluster.stop().then(() => print('Everything has ended.')));
  }

  #watch(): void {
    this.#vigil = this.runtime.clock.timer(VIGIL_MS, () => this.#watch());
  }

  #signaled(): void {
    if (this.#begunAt !== null && this.runtime.clock.now - this.#begunAt > REPEAT_MS) this.cluster.kill();
    this.begin();
  }
}

async function folder(given: string | undefined): Promise<string> {
  if (given === undefined) return await mkdtemp(join(tmpdir(), 'mesos-'));
  await mkdir(given, { recursive: true });
  return resolve(given);
}

function report(cluster: LocalCluster, { ip, port }: Flags, workDir: string): string {
  const daemons = cluster.daemons.map(({ spec, pid, authority }) => {
    return `  ${spec.title.padEnd(9)} ${authority.padEnd(17)} pid ${String(pid).padEnd(8)} ${spec.log}`;
  });
  const master = port === 5050 && ip === '127.0.0.1' ? '' : ` --master=${ip}:${port}`;
  return `
${daemons.join('\n')}

  web page  http://${ip}:${port}/
  work_dir  ${workDir}

Now, in another terminal:
  npx mesos execute${master} --name=hello --command='echo hello; sleep 1'
  npx mesos ps${master} --all

Ctrl-C ends everything.`;
}

function sentence({ code, message }: Failure): string {
  if (code !== 'ADDRESS_IN_USE') return message;
  return `${message}: something runs there already, perhaps another cluster. Take another port: npm start -- --port=5060`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
