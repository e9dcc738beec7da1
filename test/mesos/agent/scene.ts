/**
 * One agent on simulated nodes, under a master that is a probe: the test says what a master would say.
 *
 * Executor hosts and the wrapper of tasks are programs of the agent's simulated launcher, as in test/cluster.
 */
import { expect } from 'vitest';
import { type MessageType, PID, type Response, type Runtime } from '../../../libprocess/index.ts';
import type { SimulatedProcess } from '../../../libprocess/subprocess/simulated-process.ts';
import { type Probe, type Simulation, simulate } from '../../../libprocess/testing.ts';
import { agentFlags } from '../../../mesos/agent/flags.ts';
import { DELEGATE, startAgent } from '../../../mesos/agent/start.ts';
import { readHostEnvironment, spawnHost } from '../../../mesos/executor/spawn-host.ts';
import { WRAPPER } from '../../../mesos/executor/task-process.ts';
import {
  ExitedExecutorMessage,
  type FrameworkInfo,
  KillTaskMessage,
  PongSlaveMessage,
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  RunTaskMessage,
  SlaveRegisteredMessage,
  SlaveReregisteredMessage,
  StatusUpdateAcknowledgementMessage,
  StatusUpdateMessage,
  type TaskInfo,
  type TaskStatus,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
} from '../../../mesos/protocol/index.ts';
import { runWrapper } from '../../cluster/cluster.ts';

export const AGENT_ID = 'S0';
export const FRAMEWORK: FrameworkInfo = {
  user: 'root',
  name: 'fw',
  id: { value: 'F' },
  checkpoint: true,
  roles: ['*'],
  capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }],
};
export const WORK_DIR = '/var/lib/mesos';
const SECOND_MS = 1_000;

export class AgentScene {
  readonly sim: Simulation;
  readonly master: Probe;
  /** With which status the agent wanted its process to end. */
  readonly ended: number[] = [];
  readonly agent = PID.parse(`${DELEGATE}@10.0.0.2:5051`);

  constructor(
    private readonly extraFlags: readonly string[] = [],
    seed = 1,
  ) {
    this.sim = simulate({ seed });
    this.master = this.sim.probe(
      'master',
      RegisterSlaveMessage,
      ReregisterSlaveMessage,
      UnregisterSlaveMessage,
      UpdateSlaveMessage,
      StatusUpdateMessage,
      PongSlaveMessage,
      ExitedExecutorMessage,
    );
    this.sim.node('agent', { port: 5051, delegate: DELEGATE, boot: runtime => this.#boot(runtime) });
    const launcher = this.sim.launcherOf('agent');
    launcher.register('mesos-executor', process => this.#hostExecutors(process));
    launcher.register(({ args }) => args[1] === WRAPPER, runWrapper);
  }

  /** Up to the registration, which the master grants; it will ping at least every `pingTimeoutSeconds`. */
  async registered(pingTimeoutSeconds = 3_600): Promise<this> {
    await this.sim.until(() => this.master.received(RegisterSlaveMessage).length > 0, 2 * SECOND_MS);
    this.say(SlaveRegisteredMessage, {
      agent_id: { value: AGENT_ID },
      connection: { total_ping_timeout_seconds: pingTimeoutSeconds },
    });
    await this.sim.advance(100);
    return this;
  }

  /** The master accepts the agent back. */
  async reregistered(): Promise<void> {
    const before = this.master.received(ReregisterSlaveMessage).length;
    await this.sim.until(() => this.master.received(ReregisterSlaveMessage).length > before, 10 * SECOND_MS);
    this.say(SlaveReregisteredMessage, { agent_id: { value: AGENT_ID } });
    await this.sim.advance(100);
  }

  /** The master says something to the agent. */
  say<B>(type: MessageType<B>, body: B): void {
    this.master.say(this.agent, type, body);
  }

  run(id: string, command: string, more: Partial<TaskInfo> = {}, framework: FrameworkInfo = FRAMEWORK): void {
    const task: TaskInfo = {
      name: id,
      task_id: { value: id },
      agent_id: { value: AGENT_ID },
      resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } }],
      command: { value: command },
      ...more,
    };
    this.say(RunTaskMessage, { framework, task, pid: '' });
  }

  kill(id: string, graceMs?: number): void {
    const kill_policy = graceMs === undefined ? undefined : { grace_period: { nanoseconds: graceMs * 1e6 } };
    this.say(KillTaskMessage, { framework_id: { value: 'F' }, task_id: { value: id }, kill_policy });
  }

  /** What the master has heard of a task, repetitions left out. */
  statuses(id: string): TaskStatus[] {
    const seen = new Map<string, TaskStatus>();
    for (const { update } of this.master.received(StatusUpdateMessage)) {
      if (update.status.task_id.value === id) seen.set(Buffer.from(update.uuid ?? []).toString('hex'), update.status);
    }
    return [...seen.values()];
  }

  states(id: string): string[] {
    return this.statuses(id).map(({ state }) => state);
  }

  acknowledge({ task_id, uuid }: TaskStatus): void {
    this.say(StatusUpdateAcknowledgementMessage, {
      agent_id: { value: AGENT_ID },
      framework_id: { value: 'F' },
      task_id,
      uuid: uuid ?? new Uint8Array(),
    });
  }

  /** Acknowledges whatever comes until the task is in `state`. */
  async reaches(id: string, state: string, withinMs = 60 * SECOND_MS): Promise<TaskStatus> {
    const done = new Set<TaskStatus>();
    const step = (): boolean => {
      for (const status of this.statuses(id)) {
        if (!done.has(status)) this.acknowledge(status);
        done.add(status);
      }
      return this.states(id).includes(state);
    };
    await this.sim.until(step, withinMs);
    await this.sim.advance(50);
    const found = this.statuses(id).find(status => status.state === state);
    expect(found).toBeDefined();
    return found as TaskStatus;
  }

  async get(path: string): Promise<Response & { readonly text: string }> {
    const probe = this.sim.probe(`client-${this.sim.clock.now}-${path}`);
    const [pathname = '', search = ''] = path.split('?');
    const empty = new Uint8Array();
    const asked = probe.runtime.request('10.0.0.2:5051', {
      method: 'GET',
      path: pathname,
      search,
      headers: {},
      body: empty,
      reader: null,
      peer: null,
    });
    await this.sim.until(() => !asked.isPending, SECOND_MS);
    const response = asked.value;
    const body = response.reader?.readAll();
    if (body === undefined) throw new Error('a response of the simulated network has a reader');
    await this.sim.until(() => !body.isPending, SECOND_MS);
    return { ...response, text: Buffer.from(body.value).toString('utf8') };
  }

  crashAgent(): void {
    this.sim.crash('agent');
  }

  restartAgent(): void {
    this.sim.restart('agent');
  }

  #boot(runtime: Runtime): void {
    const flags = agentFlags([
      '--master=10.0.0.1:5050',
      `--work_dir=${WORK_DIR}`,
      '--hostname=agent',
      '--resources=cpus:4;mem:4096;disk:10240;ports:[31000-32000]',
      ...this.extraFlags,
    ]);
    startAgent(runtime, flags, { done: status => this.ended.push(status) }).catch((error: unknown) =>
      this.sim.crashes.push(error),
    );
  }

  #hostExecutors(process: SimulatedProcess): void {
    const name = `executors-${process.pid}`;
    const runtime = this.sim.node(name, { on: 'agent', port: 40_000 });
    process.ended.onReady(() => this.sim.crash(name));
    spawnHost(runtime, readHostEnvironment(process.spec.env), process.pid, () => process.exit(0));
  }
}
