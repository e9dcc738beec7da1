/**
 * A whole cluster on this machine, each daemon an OS process: as real as one on many machines.
 *
 *   start   master ─▶ healthy ─▶ agents ─▶ healthy ─▶ all registered
 *   stop    frameworks torn down ─▶ no executor left ─▶ agents ─▶ executor hosts ─▶ master
 */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { Failure, type Request, Runtime, TcpNetwork, type WaitStatus } from '../../libprocess/index.ts';
import { Daemon, getJson, sleep } from './daemon.ts';

const POLL_MS = 50;
const REGISTRATION_TIMEOUT_MS = 30_000;
/** Slower than the rest: the master logs each time that it is asked. */
const REGISTRATION_POLL_MS = 400;
/** A little more than executors get to shut down. */
const TEARDOWN_TIMEOUT_MS = 8_000;
const HOSTS_TIMEOUT_MS = 3_000;
const MB = 1024 * 1024;
/** Memory that the system and the daemons keep. */
const MEMORY_KEPT = 0.25;
const PORTS_FROM = 31_000;
const PORTS_PER_AGENT = 500;

export interface ClusterOptions {
  readonly ip: string;
  readonly port: number;
  readonly agents: number;
  readonly workDir: string;
  /** Of each agent; by default they share what the machine has. */
  readonly resources: string | undefined;
  /** For every daemon. */
  readonly flags?: readonly string[] | undefined;
  readonly env: NodeJS.ProcessEnv;
}

interface State {
  readonly activated_slaves: number;
  readonly frameworks: readonly { readonly id: string }[];
}

export class LocalCluster {
  readonly daemons: Daemon[] = [];
  #stopping = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly options: ClusterOptions,
  ) {}

  /** @throws Failure ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, LISTEN, DAEMON_ENDED, DAEMON_SILENT, NOT_REGISTERED. */
  async start(): Promise<void> {
    const { ip, port, agents, workDir } = this.options;
    await bindable(ip, port);
    await this.#launch('master', 'master', port, [`--work_dir=${join(workDir, 'master')}`]);
    const numbers = Array.from({ length: agents }, (_, index) => index + 1);
    await Promise.all(numbers.map(number => this.#launchAgent(number)));
    await this.#registered();
  }

  /** Daemons that end now were told to. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Calls `tell` with the name of a daemon that ends although nobody stopped it. */
  onLoss(tell: (daemon: Daemon, status: WaitStatus) => void): void {
    for (const daemon of this.daemons) daemon.onEnd(status => this.#stopping || tell(daemon, status));
  }

  /** Ends everything, tasks and executors first. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const [master, ...agents] = this.daemons;
    if (master?.pid != null) await this.#tearDown(master, agents);
    await Promise.all(agents.map(agent => agent.stop()));
    await this.#endHosts();
    await master?.stop();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#stopping = true;
    for (const daemon of this.daemons) daemon.kill();
  }

  async #launchAgent(number: number): Promise<void> {
    const { ip, port, workDir, agents, resources = share(agents, number) } = this.options;
    const flags = [
      `--master=${ip}:${port}`,
      `--work_dir=${join(workDir, `agent-${number}`)}`,
      `--resources=${resources}`,
      `--hostname=${ip}`,
    ];
    await this.#launch('agent', `agent ${number}`, await bindable(ip, 0), flags);
  }

  async #launch(program: string, title: string, port: number, flags: readonly string[]): Promise<void> {
    const { ip, workDir, env, flags: common = [] } = this.options;
    const log = join(workDir, `${title.replace(' ', '-')}.log`);
    const daemon = new Daemon(this.runtime, { title, program, ip, port, flags: [...flags, ...common], log });
    this.daemons.push(daemon);
    await daemon.start(env);
  }

  async #registered(): Promise<void> {
    const { agents } = this.options;
    const limit = this.runtime.clock.now + REGISTRATION_TIMEOUT_MS;
    for (;;) {
      const { activated_slaves } = await this.#state();
      if (activated_slaves >= agents) return;
      if (this.runtime.clock.now > limit) {
        throw new Failure(`${activated_slaves} of ${agents} agents have registered; see the logs`, 'NOT_REGISTERED');
      }
      await sleep(this.runtime, REGISTRATION_POLL_MS);
    }
  }

  /** @returns once no agent has an executor left, or after a while. */
  async #tearDown(master: Daemon, agents: readonly Daemon[]): Promise<void> {
    try {
      const { frameworks } = await this.#state();
      for (const { id } of frameworks) await this.runtime.request(master.authority, teardown(id));
      const limit = this.runtime.clock.now + TEARDOWN_TIMEOUT_MS;
      while (this.runtime.clock.now < limit && (await this.#anyExecutor(agents))) await sleep(this.runtime, POLL_MS);
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // A daemon that is gone cannot be asked: what is left is killed.
    }
  }

  async #anyExecutor(agents: readonly Daemon[]): Promise<boolean> {
    for (const { authority } of agents) {
      const { frameworks } = (await getJson(this.runtime, authority, '/state')) as Pick<State, 'frameworks'>;
      if (frameworks.length > 0) return true;
    }
    return false;
  }

  /** An executor host ends by itself once its agent is gone and nothing runs in it; it gets a little time for that. */
  async #endHosts(): Promise<void> {
    const { launcher, clock } = this.runtime;
    const pids = await this.#hostPids();
    const limit = clock.now + HOSTS_TIMEOUT_MS;
    while (clock.now < limit && pids.some(pid => launcher.isAlive(pid))) await sleep(this.runtime, POLL_MS);
    for (const pid of pids) if (launcher.isAlive(pid)) launcher.kill(pid, 'SIGKILL', 'group');
  }

  /** As the agents recorded them, for the agent that would come after. */
  async #hostPids(): Promise<number[]> {
    const { agents, workDir } = this.options;
    const pids: number[] = [];
    for (let number = 1; number <= agents; number++) {
      const hosts = join(workDir, `agent-${number}`, 'meta', 'executor_hosts');
      for (const path of await filesIn(hosts)) {
        if (path.endsWith('forked.pid')) pids.push(Number(await readFile(join(hosts, path), 'utf8')));
      }
    }
    return pids;
  }

  async #state(): Promise<State> {
    const { ip, port } = this.options;
    return (await getJson(this.runtime, `${ip}:${port}`, '/master/state')) as State;
  }
}

/** @returns the port, chosen by the system when `port` is 0. @throws Failure ADDRESS_IN_USE and others of `listen`. */
async function bindable(ip: string, port: number): Promise<number> {
  const probe = await Runtime.start({ network: new TcpNetwork(), ip, port });
  const { port: bound } = probe.address;
  await probe.stop();
  return bound;
}

/** An equal part of what the machine has, so that the offers of all agents together are true. */
function share(agents: number, number: number): string {
  const cpus = Math.max(1, Math.floor(availableParallelism() / agents));
  const mem = Math.floor((totalmem() * (1 - MEMORY_KEPT)) / MB / agents);
  const from = PORTS_FROM + (number - 1) * PORTS_PER_AGENT;
  return `cpus:${cpus};mem:${mem};disk:10240;ports:[${from}-${from + PORTS_PER_AGENT - 1}]`;
}

function teardown(frameworkId: string): Request {
  return {
    method: 'POST',
    path: '/master/teardown',
    search: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams({ frameworkId }).toString()),
    reader: null,
    peer: null,
  };
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // This agent never ran a task.
    throw error;
  }
}
