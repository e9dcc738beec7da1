/**
 * A whole cluster in one process: master, agents, executor hosts, tasks and a scheduler, each on a simulated node.
 *
 * The same `startMaster`, `startAgent` and `spawnHost` run here as in the daemons; only the seams differ.
 */
import type { Runtime } from '../../libprocess/index.ts';
import type { SimulatedProcess } from '../../libprocess/subprocess/simulated-process.ts';
import { type Simulation, type SimulationOptions, simulate } from '../../libprocess/testing.ts';
import { agentFlags } from '../../mesos/agent/flags.ts';
import { DELEGATE as AGENT, startAgent } from '../../mesos/agent/start.ts';
import { rawStatusOf } from '../../mesos/executor/signals.ts';
import { readHostEnvironment, spawnHost } from '../../mesos/executor/spawn-host.ts';
import { WRAPPER } from '../../mesos/executor/task-process.ts';
import { type Offer, parseResources, pick, Scheduler, type TaskInfo, type TaskStatus } from '../../mesos/index.ts';
import { masterFlags } from '../../mesos/master/flags.ts';
import { DELEGATE as MASTER, startMaster } from '../../mesos/master/start.ts';

export interface ClusterOptions extends SimulationOptions {
  readonly agents?: number;
  readonly masterFlags?: readonly string[];
  readonly agentFlags?: readonly string[];
}

export const WORK_DIR = '/var/lib/mesos';
const TASK_RESOURCES = parseResources('cpus:0.1;mem:32');

export class Cluster {
  readonly sim: Simulation;
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions = {}) {
    this.#options = options;
    this.sim = simulate(options);
    this.sim.node('master', { delegate: MASTER, boot: runtime => this.#bootMaster(runtime) });
    for (let n = 1; n <= (options.agents ?? 1); n++) this.#addAgent(`agent${n}`);
  }

  /** `host:port` of the master. */
  get master(): string {
    return '10.0.0.1:5050';
  }

  /** A framework on a node of its own; it runs what `launch` is told on whatever offer fits. */
  framework(name = 'framework'): TestFramework {
    const framework = new TestFramework(this.master, name);
    this.sim.node(name).spawn(framework);
    return framework;
  }

  #addAgent(name: string): void {
    this.sim.node(name, { delegate: AGENT, port: 5051, boot: runtime => this.#bootAgent(name, runtime) });
    const launcher = this.sim.launcherOf(name);
    launcher.register('mesos-executor', process => this.#hostExecutors(name, process));
    launcher.register(({ args }) => args[1] === WRAPPER, runWrapper);
  }

  #bootMaster(runtime: Runtime): void {
    const flags = masterFlags(['--ip=10.0.0.1', `--work_dir=${WORK_DIR}`, ...(this.#options.masterFlags ?? [])], {});
    this.#watch(startMaster(runtime, flags));
  }

  #bootAgent(name: string, runtime: Runtime): void {
    const flags = agentFlags(
      [
        `--master=${this.master}`,
        `--work_dir=${WORK_DIR}`,
        `--hostname=${name}`,
        '--resources=cpus:4;mem:4096;disk:10240;ports:[31000-32000]',
        ...(this.#options.agentFlags ?? []),
      ],
      {},
    );
    this.#watch(startAgent(runtime, flags));
  }

  #hostExecutors(agent: string, process: SimulatedProcess): void {
    const name = `${agent}-executors-${process.pid}`;
    const runtime = this.sim.node(name, { on: agent, port: 40_000 });
    process.ended.onReady(() => this.sim.crash(name));
    spawnHost(runtime, readHostEnvironment(process.spec.env), process.pid, () => process.exit(0));
  }

  /** What goes wrong while a node starts fails the next `settle`. */
  #watch(started: Promise<unknown>): void {
    started.catch((error: unknown) => this.sim.crashes.push(error));
  }
}

/** What the shell script around command tasks that can be adopted does, for a launcher without a shell. */
export function runWrapper(process: SimulatedProcess): void {
  const [, , , folder = '', _name, file = '', ...args] = process.spec.args;
  const note = (name: string, number: number): void => {
    process.disk.write(`${folder}/${name}`, `${number}\n`).ignore();
  };
  process.onSignal(() => {});
  note('pid', process.pid);
  process.fork(file, args).ended.onReady(status => {
    note('status', rawStatusOf(status));
    process.onSignal(null);
    if ('exited' in status) process.exit(status.exited);
    else process.signal(status.signaled as NodeJS.Signals);
  });
}

export interface Seen {
  readonly task: string;
  readonly state: TaskStatus['state'];
  readonly status: TaskStatus;
}

/** Launches commands one by one as offers come, and notes all that it hears. */
export class TestFramework extends Scheduler {
  readonly seen: Seen[] = [];
  readonly lostAgents: string[] = [];
  frameworkId = '';
  readonly #waiting: TaskInfo[] = [];

  constructor(master: string, name: string) {
    super({ master, framework: { name, user: 'root', failover_timeout: 3_600, checkpoint: true } });
  }

  /** Runs `command` as task `id` on the next offer that has room. */
  run(id: string, command: string, more: Partial<TaskInfo> = {}): void {
    const task_id = { value: id };
    this.#waiting.push({ name: id, task_id, agent_id: { value: '' }, command: { value: command }, ...more });
    if (this.frameworkId !== '') this.revive();
  }

  end(id: string): void {
    this.kill({ value: id });
  }

  override teardown(): Promise<void> {
    return super.teardown();
  }

  states(task: string): TaskStatus['state'][] {
    return this.seen.filter(entry => entry.task === task).map(entry => entry.state);
  }

  protected override subscribed({ value }: { readonly value: string }): void {
    this.frameworkId = value;
  }

  protected override resourceOffers(offers: readonly Offer[]): void {
    for (const offer of offers) {
      const resources = pick(offer.resources ?? [], TASK_RESOURCES);
      const task = resources === null ? undefined : this.#waiting.shift();
      if (resources === null || task === undefined) this.decline([offer], { refuse_seconds: 3_600 });
      else this.launch(offer, [{ ...task, agent_id: offer.agent_id, resources }]);
    }
  }

  protected override statusUpdate(status: TaskStatus): void {
    this.seen.push({ task: status.task_id.value, state: status.state, status });
  }

  protected override agentLost({ value }: { readonly value: string }): void {
    this.lostAgents.push(value);
  }
}
