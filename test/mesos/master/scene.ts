/**
 * A master on a simulated node, agents that do as they are told, and schedulers over HTTP: the actors of its tests.
 *
 * Requests go to `runtime.serve`, as a server would hand them over; the agents are on nodes of their own.
 */
import {
  type BodyOf,
  type MessageType,
  type PID,
  type PipeReader,
  Process,
  RecordDecoder,
  type Request,
  type Response,
  type Runtime,
} from '../../../libprocess/index.ts';
import { type Simulation, simulate } from '../../../libprocess/testing.ts';
import { parseResourceList } from '../../../mesos/common/resource-text.ts';
import { masterFlags } from '../../../mesos/master/flags.ts';
import { DELEGATE, startMaster } from '../../../mesos/master/start.ts';
import {
  RegisterSlaveMessage,
  ReregisterSlaveMessage,
  ShutdownMessage,
  SlaveRegisteredMessage,
  SlaveReregisteredMessage,
  UnregisterSlaveMessage,
  UpdateSlaveMessage,
} from '../../../mesos/protocol/agent-registration.ts';
import { ExecutorToFrameworkMessage, FrameworkToExecutorMessage } from '../../../mesos/protocol/executor-messages.ts';
import { PingSlaveMessage, PongSlaveMessage } from '../../../mesos/protocol/pings.ts';
import type { Call, Event, EventType } from '../../../mesos/protocol/scheduler-api.ts';
import { StatusUpdateAcknowledgementMessage, StatusUpdateMessage } from '../../../mesos/protocol/status-updates.ts';
import {
  ExitedExecutorMessage,
  KillTaskMessage,
  RunTaskMessage,
  ShutdownExecutorMessage,
  ShutdownFrameworkMessage,
  UpdateFrameworkMessage,
} from '../../../mesos/protocol/task-launch.ts';
import type { Task, TaskInfo, TaskState, TaskStatus } from '../../../mesos/protocol/tasks.ts';

export const RESOURCES = 'cpus:4;mem:4096;disk:10240;ports:[31000-32000]';

const SAID = [
  SlaveRegisteredMessage,
  SlaveReregisteredMessage,
  ShutdownMessage,
  PingSlaveMessage,
  RunTaskMessage,
  KillTaskMessage,
  ShutdownExecutorMessage,
  ShutdownFrameworkMessage,
  UpdateFrameworkMessage,
  StatusUpdateAcknowledgementMessage,
  FrameworkToExecutorMessage,
] as const;

/** An agent that notes what it is told, answers pings unless `mute`, and says what a test wants. */
export class TestAgent extends Process {
  mute = false;
  readonly #heard: { readonly type: unknown; readonly body: unknown }[] = [];

  constructor(private readonly master: PID) {
    super('slave(1)');
  }

  heard<M extends MessageType<unknown, unknown>>(type: M): BodyOf<M>[] {
    return this.#heard.filter(each => each.type === type).map(each => each.body as BodyOf<M>);
  }

  get id(): string {
    return this.heard(SlaveRegisteredMessage).at(-1)?.agent_id.value ?? '';
  }

  say<B>(type: MessageType<B>, body: B): void {
    this.defer(() => this.send(this.master, type, body))();
  }

  register(resources = RESOURCES, hostname = 'host1'): void {
    this.say(RegisterSlaveMessage, { ...this.#traits(), agent: { ...info(resources), hostname } });
  }

  reregister(
    id: string,
    { resources = RESOURCES, hostname = 'host1', ...more }: Partial<ReregisterSlaveMessage> & Overrides = {},
  ): void {
    const agent = { ...info(resources), hostname, id: { value: id } };
    this.say(ReregisterSlaveMessage, { ...this.#traits(), agent, ...more });
  }

  update(frameworkId: string, taskId: string, state: TaskState, uuid: Uint8Array = UUID_1): void {
    const agent_id = { value: this.id };
    const status: TaskStatus = {
      task_id: { value: taskId },
      state,
      uuid,
      agent_id,
      executor_id: { value: taskId },
      source: 'SOURCE_EXECUTOR',
      timestamp: this.clock.wall / 1_000,
      container_status: {
        container_id: { value: `container-of-${taskId}` },
        network_infos: [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '10.0.0.2' }] }],
        executor_pid: 7,
      },
    };
    const update = { framework_id: { value: frameworkId }, agent_id, status, uuid, timestamp: 1, latest_state: state };
    this.say(StatusUpdateMessage, { update, pid: this.pid.toString() });
  }

  unregister(): void {
    this.say(UnregisterSlaveMessage, { agent_id: { value: this.id } });
  }

  protected override initialize(): void {
    this.link(this.master);
    for (const type of SAID as readonly MessageType<unknown, unknown>[]) {
      this.install(type, (body, from) => {
        this.#heard.push({ type, body });
        if (type === PingSlaveMessage && !this.mute) this.send(from, PongSlaveMessage, {});
      });
    }
  }

  #traits() {
    return {
      version: '1.12.0',
      agent_capabilities: [{ type: 'MULTI_ROLE' as const }, { type: 'RESERVATION_REFINEMENT' as const }],
      resource_version_uuid: { value: UUID_1 },
    };
  }
}

interface Overrides {
  readonly resources?: string;
  readonly hostname?: string;
}

function info(resources: string) {
  return { port: 5051, resources: parseResourceList(resources), checkpoint: true };
}

export const UUID_1 = Uint8Array.from({ length: 16 }, () => 1);
export const UUID_2 = Uint8Array.from({ length: 16 }, () => 2);
export const UUID_1_TEXT = Buffer.from(UUID_1).toString('base64');

export { ExecutorToFrameworkMessage, ExitedExecutorMessage, UpdateSlaveMessage };

/** A scheduler over HTTP, as JSON. */
export class TestScheduler {
  response: Response | null = null;
  #stream: ReturnType<typeof readRecords<Event>> | null = null;

  constructor(private readonly runtime: Runtime) {}

  get events(): readonly Event[] {
    return this.#stream?.records ?? [];
  }

  get closed(): boolean {
    return this.#stream?.isClosed() ?? false;
  }

  get id(): string {
    return this.all('SUBSCRIBED')[0]?.subscribed?.framework_id.value ?? '';
  }

  get streamId(): string {
    return this.response?.headers['mesos-stream-id'] ?? '';
  }

  all(type: EventType): Event[] {
    return this.events.filter(event => event.type === type);
  }

  get offers() {
    return this.all('OFFERS').flatMap(event => event.offers?.offers ?? []);
  }

  get statuses() {
    return this.all('UPDATE').flatMap(event => event.update?.status ?? []);
  }

  subscribe(info: object = {}, more: object = {}): void {
    const framework_info = { user: 'root', name: 'test', ...info };
    const { id } = framework_info as { id?: object };
    const call = { type: 'SUBSCRIBE', framework_id: id, subscribe: { framework_info, ...more } };
    post(this.runtime, '/api/v1/scheduler', call).onReady(response => {
      this.response = response;
      if (response.reader !== null) this.#stream = readRecords(response.reader);
    });
  }

  /** @returns the response, once the simulation has settled. */
  call(call: Partial<Record<keyof Call, unknown>>, headers: Record<string, string> = {}) {
    const body = { framework_id: { value: this.id }, ...call };
    return post(this.runtime, '/api/v1/scheduler', body, { 'mesos-stream-id': this.streamId, ...headers });
  }

  accept(tasks: readonly object[], offerIds = this.offers.slice(-1).map(offer => offer.id), filters?: object) {
    const operations = [{ type: 'LAUNCH', launch: { task_infos: tasks } }];
    return this.call({ type: 'ACCEPT', accept: { offer_ids: offerIds, operations, filters } });
  }

  /** The scheduler goes. */
  hangUp(): void {
    this.response?.reader?.close();
  }
}

/** The records of a RecordIO stream of JSON, as they come. */
export function readRecords<T>(reader: PipeReader): { readonly records: T[]; readonly isClosed: () => boolean } {
  const records: T[] = [];
  const decoder = new RecordDecoder();
  let closed = false;
  const next = (): void => {
    reader.read().onReady(chunk => {
      closed = chunk.length === 0;
      if (closed) return;
      for (const record of decoder.decode(chunk)) records.push(JSON.parse(Buffer.from(record).toString('utf8')));
      next();
    });
  };
  next();
  return { records, isClosed: () => closed };
}

export interface Scene {
  readonly sim: Simulation;
  readonly runtime: Runtime;
  readonly master: PID;
  agent(name?: string): TestAgent;
  scheduler(): TestScheduler;
  get(path: string): Promise<unknown>;
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>;
}

export async function scene(...flags: string[]): Promise<Scene> {
  const sim = simulate();
  const boot = (runtime: Runtime): void => void startMaster(runtime, masterFlags(flags));
  const runtime = sim.node('master', { delegate: DELEGATE, boot });
  const master = runtime.address.pid('master');
  await sim.settle();
  const request: Scene['request'] = async (method, path, body = '', headers = {}) => {
    const [at = '', search = ''] = path.split('?');
    const answer = runtime.serve(requestOf(method, at, search, Buffer.from(body), headers));
    await sim.settle();
    return answer.value;
  };
  return {
    sim,
    runtime,
    master,
    agent(name = 'agent') {
      const agent = new TestAgent(master);
      sim.node(name).spawn(agent);
      return agent;
    },
    scheduler: () => new TestScheduler(runtime),
    get: async path => JSON.parse(String((await request('GET', path)).body)),
    request,
  };
}

/** A scene with one agent that has registered, and one framework that has its offer. */
export async function running(info: object = {}, ...flags: string[]) {
  const all = await scene(...flags);
  const agent = all.agent();
  agent.register();
  await all.sim.advance(100);
  const scheduler = all.scheduler();
  scheduler.subscribe(info);
  await all.sim.advance(100);
  return { ...all, agent, scheduler };
}

export function task(id: string, agent: TestAgent, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: agent.id },
    command: { value: 'sleep 1' },
    resources: parseResourceList('cpus:1;mem:64'),
    ...more,
  };
}

/** A task as an agent reports it when it comes back. */
export function reportedTask(
  id: string,
  agentId: string,
  frameworkId: string,
  state: TaskState = 'TASK_RUNNING',
): Task {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: agentId },
    framework_id: { value: frameworkId },
    state,
    resources: parseResourceList('cpus:1;mem:64').map(each => ({ ...each, allocation_info: { role: '*' } })),
  };
}

function post(runtime: Runtime, path: string, body: object, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', ...headers };
  return runtime.serve(requestOf('POST', path, '', Buffer.from(JSON.stringify(body)), all));
}

function requestOf(
  method: string,
  path: string,
  search: string,
  body: Uint8Array,
  headers: Record<string, string>,
): Request {
  return { method, path, search, headers, body, reader: null, peer: null };
}
