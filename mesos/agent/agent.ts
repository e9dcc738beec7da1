/**
 * The agent: offers its machine's resources to a master and runs what frameworks launch on them.
 *
 *   recovering ──▶ disconnected ◀──▶ running          any ──▶ terminating
 *
 * The work is done by parts, each for one conversation: the master (MasterLink), tasks on their way in (TaskRunner)
 * and out (TaskKiller), executors, status updates, recovery. They run inside this actor's turns.
 *
 * Source: Mesos src/slave/slave.cpp.
 */
import { Future, ID, type MessageType, type PID, Process, type Ref, type Timer } from '../../libprocess/index.ts';
import { Resources } from '../common/resources.ts';
import { uuidBytes } from '../common/uuids.ts';
import type { MasterDetector } from '../election/standalone-detector.ts';
import type { Files } from '../files/files.ts';
import {
  ExecutorToFrameworkMessage,
  FrameworkToExecutorMessage,
  KillTaskMessage,
  PingSlaveMessage,
  RegisterExecutorMessage,
  ReregisterExecutorMessage,
  RunTaskGroupMessage,
  RunTaskMessage,
  ShutdownExecutorMessage,
  ShutdownFrameworkMessage,
  ShutdownMessage,
  type SlaveInfo,
  SlaveRegisteredMessage,
  SlaveReregisteredMessage,
  StatusUpdateAcknowledgementMessage,
  StatusUpdateMessage,
  UpdateFrameworkMessage,
} from '../protocol/index.ts';
import type { BuildInfo } from '../version/build.ts';
import { Checkpointer } from './checkpointer.ts';
import { incompatibility } from './compatibility.ts';
import type { Containerizer } from './containerizer/containerizer.ts';
import { readUsage } from './containerizer/usage.ts';
import { type AgentContext, Books } from './context.ts';
import { Executors } from './executors.ts';
import type { AgentFlags } from './flags.ts';
import { serveEndpoints } from './http/endpoints.ts';
import { ExecutorApi } from './http/executor-api.ts';
import { TaskKiller } from './kill-task.ts';
import { MasterLink } from './master-link.ts';
import { addMetrics } from './metrics.ts';
import { metaDir } from './paths.ts';
import { Reconnector } from './reconnect.ts';
import { type RecoveredState, recover } from './recovery.ts';
import { TaskRunner } from './run-task.ts';
import { StatusUpdateManager } from './status-update-manager.ts';
import { TaskUpdates } from './task-updates.ts';

export interface AgentOptions {
  readonly flags: AgentFlags;
  readonly build: BuildInfo;
  /** The agent as it comes up: without an id. */
  readonly info: SlaveInfo;
  readonly detector: MasterDetector;
  readonly containerizer: Ref<Containerizer>;
  readonly files: Ref<Files>;
  readonly launcherDir: string;
  /** Changes when the machine is restarted; empty where nobody knows. */
  readonly bootId: string;
  /** The agent has nothing left to do, and should end with `status`. */
  readonly done: (status: number) => void;
}

export class Agent extends Process {
  readonly #options: AgentOptions;
  #parts: Parts | null = null;

  constructor(options: AgentOptions) {
    super(ID.generate('slave'));
    this.#options = options;
  }

  protected override async initialize(): Promise<void> {
    const parts = this.#assemble();
    this.#parts = parts;
    this.#serve(parts);
    serveEndpoints(parts.context, (path, options, handler) => this.route(path, options, handler));
    this.route('/api/v1/executor', EXECUTOR_API, request => parts.executorApi.serve(request));
    addMetrics(this.runtime.metrics, this.clock, parts.context.books);
    await this.#recover(parts);
  }

  protected override exited(pid: PID): void {
    this.#parts?.master.lost(pid);
  }

  /** Ends all tasks and tells the master not to wait: SIGUSR1. */
  shutdown(why: string): void {
    if (this.#parts === null) return;
    const { context, killer, master } = this.#parts;
    this.log.info(`Agent asked to shut down: ${why}`);
    master.unregister();
    master.stop();
    context.books.become('terminating');
    for (const framework of [...context.books.frameworks.values()]) killer.shutdownAll(framework);
    if (context.books.frameworks.size === 0) context.shutdown();
  }

  async #recover(parts: Parts): Promise<void> {
    const { context, reconnector, master } = parts;
    const { flags, bootId, info } = this.#options;
    const meta = context.checkpointer.metaDir;
    this.log.info(`Recovering state from '${meta}'`);
    const { disk } = this.runtime;
    const state = await this.turn(Future.from(() => recover(disk, meta, flags.strict)));
    const previousBoot = await this.turn(context.checkpointer.readBootId());
    const rebooted = previousBoot !== null && bootId !== '' && previousBoot !== bootId;
    await this.turn(context.checkpointer.bootId(bootId));
    this.log.info(`Finished recovering checkpointed state from '${meta}', beginning agent recovery`);
    const kept = await this.#identify(context, state, info, rebooted);
    const waits = kept === null ? false : await reconnector.adopt(kept, rebooted);
    if (kept === null) await this.turn(this.#options.containerizer.recover([], rebooted));
    if (waits) this.#awaitExecutors(parts, this.now + flags.executor_reregistration_timeout);
    else await this.#recovered(master);
  }

  /** The state to go on with; null to begin as a new agent. */
  async #identify(
    context: AgentContext,
    state: RecoveredState,
    info: SlaveInfo,
    rebooted: boolean,
  ): Promise<RecoveredState | null> {
    for (let error = 0; error < state.errors; error++) context.count('slave/recovery_errors');
    if (state.info === null) return null;
    const why = incompatibility(state.info, info, this.#options.flags.reconfiguration_policy);
    if (why === null) {
      context.books.info = { ...info, id: state.info.id };
      return state;
    }
    if (rebooted) {
      await this.turn(context.checkpointer.forgetAgent());
      return null;
    }
    this.log.fatal(
      `Failed to perform recovery: Incompatible agent info detected: ${why}. ` +
        `To remedy this do as follows: rm -f ${context.checkpointer.metaDir}/slaves/latest. ` +
        'This ensures that the agent does not recover old live executors. Then restart the agent.',
    );
    this.#options.done(1);
    return null;
  }

  /** Looks whether all executors have answered, until they have or the time is over. */
  async #awaitExecutors(parts: Parts, untilMs: number): Promise<void> {
    if (parts.reconnector.isDone) return this.#recovered(parts.master);
    if (this.now >= untilMs) {
      parts.reconnector.giveUp();
      return this.#recovered(parts.master);
    }
    this.delay(Math.min(RECONNECT_POLL_MS, untilMs - this.now), this.#awaitExecutors, parts, untilMs);
  }

  async #recovered(master: MasterLink): Promise<void> {
    this.log.info('Finished recovery');
    this.#options.containerizer.warm().ignore();
    if (this.#parts?.context.books.phase === 'recovering') await master.detect();
  }

  #serve({ context, runner, killer, executors, reconnector, updates, master }: Parts): void {
    this.install(SlaveRegisteredMessage, (body, from) => master.registered(body, from));
    this.install(SlaveReregisteredMessage, (body, from) => master.reregistered(body, from));
    this.install(PingSlaveMessage, (body, from) => master.ping(body, from));
    this.install(RunTaskMessage, (body, from) => runner.runTask(body, from));
    this.install(RunTaskGroupMessage, (body, from) => runner.runTaskGroup(body, from));
    this.install(KillTaskMessage, (body, from) => killer.killTask(body, from));
    this.install(ShutdownFrameworkMessage, (body, from) => killer.shutdownFramework(body, from));
    this.install(ShutdownExecutorMessage, (body, from) => killer.shutdownExecutor(body, from));
    this.install(FrameworkToExecutorMessage, body => killer.message(body));
    this.install(ExecutorToFrameworkMessage, this.#toFramework);
    this.install(UpdateFrameworkMessage, this.#updateFramework);
    this.install(RegisterExecutorMessage, (body, from) => executors.register(body, from));
    this.install(ReregisterExecutorMessage, (body, from) => reconnector.reregister(body, from));
    this.install(StatusUpdateMessage, ({ update }, from) => updates.take(update, from));
    this.install(StatusUpdateAcknowledgementMessage, (body, from) => updates.acknowledged(body, from));
    this.install(ShutdownMessage, ({ message }, from) => {
      if (from === context.books.master) this.shutdown(message ?? 'the master says so');
    });
  }

  /** Bytes of an executor for its scheduler: directly to a driver, through the master to others. */
  #toFramework(body: ExecutorToFrameworkMessage): void {
    const books = this.#parts?.context.books;
    const to = books?.framework(body.framework_id.value)?.pid ?? books?.master ?? null;
    if (to !== null) this.send(to, ExecutorToFrameworkMessage, body);
  }

  async #updateFramework({ framework_id, pid, framework_info }: UpdateFrameworkMessage): Promise<void> {
    const framework = this.#parts?.context.books.framework(framework_id.value);
    if (framework === undefined || this.#parts === null) return;
    this.log.info(`Updating info for framework ${framework.id}`);
    framework.update(framework_info, pid);
    if (!framework.checkpoint) return;
    const { checkpointer, books } = this.#parts.context;
    await this.turn(checkpointer.framework(books.id, framework.id, framework.info, String(framework.pid ?? '')));
  }

  #assemble(): Parts {
    const { detector, info } = this.#options;
    const books = new Books(info, Resources.from(info.resources ?? []), this.clock.wall / 1_000);
    const forward = (update: Parameters<TaskUpdates['forward']>[0]): void => updates.forward(update);
    const manager = this.spawn(new StatusUpdateManager(this.defer(forward)), { essential: true });
    const context = this.#context(books, manager);
    const updates: TaskUpdates = new TaskUpdates(context, () => executors);
    const executors = new Executors(context, () => updates);
    const reconnector = new Reconnector(context, executors, updates);
    return {
      context,
      reconnector,
      executorApi: new ExecutorApi(context, executors, reconnector, updates),
      updates,
      executors,
      runner: new TaskRunner(context, executors, updates),
      killer: new TaskKiller(context, executors, updates),
      master: new MasterLink(context, detector, updates, { value: uuidBytes(this.uuid()) }),
    };
  }

  #context(books: Books, manager: AgentContext['manager']): AgentContext {
    const { flags, build, containerizer, files, launcherDir, done } = this.#options;
    const { runtime, pid, log } = this;
    const self = this;
    return {
      flags,
      build,
      books,
      manager,
      containerizer,
      files,
      launcherDir,
      pid,
      log,
      checkpointer: new Checkpointer(runtime.disk, metaDir(flags.work_dir)),
      get now() {
        return self.now;
      },
      wall: () => this.clock.wall / 1_000,
      chance: () => this.random.next(),
      uuid: () => this.uuid(),
      usage: () => readUsage(runtime.disk),
      count: metric => runtime.metrics.count(metric),
      send: <B>(to: PID, type: MessageType<B>, body: B) => this.send(to, type, body),
      link: (to, mode) => this.link(to, mode),
      delay: <A extends unknown[]>(ms: number, method: (...args: A) => void | Promise<void>, ...args: A): Timer =>
        this.delay(ms, method, ...args),
      defer: method => this.defer(method),
      turn: <T>(future: Future<T>) => this.turn(future),
      shutdown: () => done(0),
    };
  }
}

/** How often a restarted agent looks whether its executors have answered. */
const RECONNECT_POLL_MS = 50;

const EXECUTOR_API = { help: 'The executor API: calls of mesos.v1.executor.Call.', realm: 'mesos-agent-executor' };

interface Parts {
  readonly executorApi: ExecutorApi;
  readonly context: AgentContext;
  readonly updates: TaskUpdates;
  readonly executors: Executors;
  readonly runner: TaskRunner;
  readonly killer: TaskKiller;
  readonly reconnector: Reconnector;
  readonly master: MasterLink;
}
