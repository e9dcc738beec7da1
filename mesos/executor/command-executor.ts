/**
 * The command executor: runs one task, whose command is a process of its own, and tells the agent how it fares.
 *
 *   registering ──RunTaskMessage──▶ starting ──launched──▶ running ──ended──▶ ended ──1 s──▶ gone
 *        │                             │                      │ KillTaskMessage, ShutdownExecutorMessage, timeout:
 *        └───────── shutdown ──────────┴───── the same ───────┘ SIGTERM, grace period, SIGKILL
 *
 * It survives its agent when the framework checkpoints: for a time it waits for a restarted one to call. To the agent
 * and to a debugger it looks like a `mesos-executor` of its own process, although many live in one executor host.
 *
 * While the task runs its checks are looked after (`task-checks.ts`); a task whose checks cannot be is not started.
 *
 * Source: Mesos src/launcher/executor.cpp, src/exec/exec.cpp.
 */
import { Failure, type Future, ID, PID, Process, type Timer, type WaitStatus } from '../../libprocess/index.ts';
import { uuidBytes } from '../common/uuids.ts';
import {
  ExecutorRegisteredMessage,
  ExecutorReregisteredMessage,
  type FrameworkInfo,
  FrameworkToExecutorMessage,
  type KillPolicy,
  KillTaskMessage,
  ReconnectExecutorMessage,
  RegisterExecutorMessage,
  ReregisterExecutorMessage,
  RunTaskMessage,
  ShutdownExecutorMessage,
  type StatusUpdate,
  StatusUpdateAcknowledgementMessage,
  StatusUpdateMessage,
  type TaskInfo,
  type TaskState,
  type TaskStatus,
} from '../protocol/index.ts';
import { planTask, type TaskPlan } from './check-plan.ts';
import type { ExecutorEnvironment } from './environment.ts';
import { describeStatus } from './signals.ts';
import { TaskChecks } from './task-checks.ts';
import { notedTask, noteTask } from './task-note.ts';
import { adoptTask, type RunningTask, startTask } from './task-process.ts';
import { Unacknowledged } from './unacknowledged.ts';

/** Between SIGTERM and SIGKILL, where neither the kill nor the task says otherwise. */
export const KILL_GRACE_MS = 3_000;
/** How long the last update has to reach the agent before the executor is gone. */
export const LINGER_MS = 1_000;
/** What of the shutdown grace period is kept for killing and reaping. */
const SHUTDOWN_MARGIN_MS = 2_000;

export interface CommandExecutorConfig {
  readonly frameworkId: string;
  readonly executorId: string;
  readonly environment: ExecutorEnvironment;
  /** All variables of the executor, which are the task's too. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where pid and wait status are noted; null when the task need not be found again. */
  readonly runDir: string | null;
  /** A task that runs already: the executor before this one died without it. */
  readonly adopted: { readonly task: TaskInfo; readonly framework: FrameworkInfo } | null;
}

interface Kill {
  readonly dueMs: number;
  readonly escalation: Timer;
}

type State =
  | { readonly phase: 'registering' }
  | { readonly phase: 'starting'; readonly task: TaskInfo; readonly framework: FrameworkInfo }
  | {
      readonly phase: 'running';
      readonly task: TaskInfo;
      readonly framework: FrameworkInfo;
      readonly child: RunningTask;
    }
  | { readonly phase: 'ended' };

const EDGES = {
  registering: ['starting', 'ended'],
  starting: ['running', 'ended'],
  running: ['ended'],
  ended: [],
} as const satisfies Record<State['phase'], readonly State['phase'][]>;

export class CommandExecutor extends Process {
  readonly #unacknowledged = new Unacknowledged();
  #state: State = { phase: 'registering' };
  #agent: PID;
  #registered = false;
  /** Somebody wants the task dead; an exit is then no failure. */
  #kill: Kill | null = null;
  #outOfTime = false;
  /** What is known of the task's checks; null before it has any. */
  #checks: TaskChecks | null = null;
  #killedByHealthCheck = false;
  #recovery: Timer | null = null;

  constructor(private readonly config: CommandExecutorConfig) {
    super(ID.generate('executor'));
    this.#agent = PID.parse(config.environment.agentPid);
  }

  protected override initialize(): void {
    this.install(ExecutorRegisteredMessage, this.#onRegistered);
    this.install(ExecutorReregisteredMessage, this.#onReregistered);
    this.install(ReconnectExecutorMessage, this.#reconnect);
    this.install(RunTaskMessage, this.#runTask);
    this.install(KillTaskMessage, this.#killTask);
    this.install(StatusUpdateAcknowledgementMessage, this.#acknowledged);
    this.install(ShutdownExecutorMessage, this.#shutdown);
    this.install(FrameworkToExecutorMessage, this.#ignore);
    this.link(this.#agent);
    const { adopted } = this.config;
    if (adopted === null) this.#register();
    else this.#adopt(adopted.task, adopted.framework);
  }

  /** What still runs must not be left behind: not by a destroy, and not by a bug. */
  protected override finalize(): void {
    this.#checks?.stop();
    if (this.#state.phase === 'running') this.#state.child.kill('SIGKILL');
  }

  protected override exited(pid: PID): void {
    if (pid !== this.#agent) return;
    const { checkpoint, recoveryTimeoutMs } = this.config.environment;
    if (!checkpoint || !this.#registered) {
      this.#shutdown();
      return;
    }
    this.log.info(
      `Agent exited, but framework has checkpointing enabled. Waiting ${recoveryTimeoutMs} ms to reconnect`,
    );
    this.#recovery?.cancel();
    this.#recovery = this.delay(recoveryTimeoutMs, this.#recoveryTimedOut);
  }

  // The agent.

  #register(): void {
    const { frameworkId, executorId } = this.config;
    this.send(this.#agent, RegisterExecutorMessage, {
      framework_id: { value: frameworkId },
      executor_id: { value: executorId },
    });
  }

  #onRegistered(): void {
    this.#registered = true;
  }

  #onReregistered(): void {
    this.#registered = true;
    this.#recovery?.cancel();
  }

  /** The agent was restarted, maybe with another address. */
  #reconnect({ agent_id }: ReconnectExecutorMessage, from: PID): void {
    if (agent_id.value !== this.config.environment.agentId) return;
    this.#recovery?.cancel();
    this.#agent = from;
    this.link(from);
    this.#reregister();
  }

  #reregister(): void {
    const { frameworkId, executorId } = this.config;
    this.send(this.#agent, ReregisterExecutorMessage, {
      framework_id: { value: frameworkId },
      executor_id: { value: executorId },
      tasks: this.#unacknowledged.tasks,
      updates: this.#unacknowledged.updates,
    });
  }

  #acknowledged({ task_id, uuid }: StatusUpdateAcknowledgementMessage): void {
    this.#unacknowledged.acknowledged(task_id.value, uuid);
  }

  #recoveryTimedOut(): void {
    this.log.info(`Recovery timeout of ${this.config.environment.recoveryTimeoutMs} ms exceeded; shutting down`);
    this.#shutdown();
  }

  /** A command does not listen to its framework. */
  #ignore(): void {}

  // The task.

  async #runTask({ task, framework }: RunTaskMessage): Promise<void> {
    if (this.#state.phase !== 'registering') {
      const message = 'Attempted to run multiple tasks using a "command" executor';
      this.#update(task, 'TASK_FAILED', { message });
      return;
    }
    this.#unacknowledged.launched(task);
    this.#become({ phase: 'starting', task, framework });
    if (!this.#prepareChecks(task)) return;
    this.#update(task, 'TASK_STARTING');
    await this.#follow(task, framework, this.#start(task));
  }

  #start(task: TaskInfo): Future<RunningTask> {
    const { environment, runDir } = this.config;
    const { disk, launcher } = this.runtime;
    const command = task.command ?? {};
    const spec = { command, sandbox: environment.sandbox, environment: this.#variablesOf(task), runDir };
    return noteTask(disk, runDir, task).then(() => startTask(launcher, spec));
  }

  #variablesOf({ command }: TaskInfo): Readonly<Record<string, string>> {
    const own = (command?.environment?.variables ?? []).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return { ...this.config.variables, ...Object.fromEntries(own) };
  }

  /** The task runs on from the time of another executor host. */
  #adopt(task: TaskInfo, framework: FrameworkInfo): void {
    this.#registered = true;
    this.#unacknowledged.launched(task);
    this.#reregister();
    this.#become({ phase: 'starting', task, framework });
    this.defer(this.#followAdopted)(task, framework);
  }

  async #followAdopted(known: TaskInfo, framework: FrameworkInfo): Promise<void> {
    const { disk, launcher, clock } = this.runtime;
    const { runDir } = this.config;
    const noted = notedTask(disk, runDir, known).onFailed(error => {
      this.log.warn({ error }, `Nothing more is known of adopted task '${known.task_id.value}' than its agent knows`);
    });
    const task = await this.turn(noted.recover(() => known));
    if (this.#state.phase !== 'starting' || !this.#prepareChecks(task)) return;
    await this.#follow(task, framework, adoptTask(disk, launcher, clock, runDir));
  }

  /** From a process that is about to run to the end of it. */
  async #follow(task: TaskInfo, framework: FrameworkInfo, starting: Future<RunningTask>): Promise<void> {
    const started = await this.turn(starting.then<RunningTask | string, string>(undefined, reasonOf));
    if (this.#state.phase !== 'starting') {
      if (typeof started !== 'string') started.kill('SIGKILL');
      return;
    }
    if (typeof started === 'string') return this.#end(task, 'TASK_FAILED', { message: started });
    this.#become({ phase: 'running', task, framework, child: started });
    this.#update(task, 'TASK_RUNNING', { container_status: { executor_pid: started.pid } });
    const limitMs = millisecondsOf(task.max_completion_time);
    if (limitMs !== null) this.delay(limitMs, this.#timedOut);
    if (this.#kill === null) this.#checks?.start();
    else started.kill('SIGTERM');
    this.#reaped(task, started, await this.turn(started.status));
  }

  #reaped(task: TaskInfo, child: RunningTask, status: WaitStatus): void {
    child.kill('SIGKILL'); // What the command has left behind in its session.
    const { state, reason } = outcome(status, { killed: this.#kill !== null, outOfTime: this.#outOfTime });
    this.#end(task, state, {
      message: `Command ${describeStatus(status)}`,
      reason,
      healthy: this.#killedByHealthCheck ? false : undefined,
    });
  }

  /** The last update, and then, when it should have arrived, the executor's own end. */
  #end(task: TaskInfo, state: TaskState, extra: Partial<TaskStatus>): void {
    this.#kill?.escalation.cancel();
    this.#checks?.stop();
    this.#become({ phase: 'ended' });
    this.#update(task, state, extra);
    this.delay(LINGER_MS, this.#gone);
  }

  #gone(): void {
    this.terminate();
  }

  // Its checks.

  /** False for a task that nobody could look after as it asks: it has failed. */
  #prepareChecks(task: TaskInfo): boolean {
    const plan = planOrReason(task);
    if (typeof plan === 'string') {
      this.#end(task, 'TASK_FAILED', { message: plan, reason: 'REASON_TASK_INVALID' });
      return false;
    }
    const { runtime, log, config } = this;
    const around = { sandbox: config.environment.sandbox, environment: this.#variablesOf(task) };
    this.#checks = new TaskChecks(plan, around, {
      log,
      now: () => this.now,
      spawn: checker => this.spawn(checker),
      terminate: ({ pid }) => runtime.terminate(pid),
      defer: take => this.defer(take),
      changed: (news, kill) => this.#checked(news, kill),
    });
    return true;
  }

  #checked(news: Partial<TaskStatus>, kill: boolean): void {
    const state = this.#state;
    if (state.phase !== 'running' || this.#kill !== null) return;
    const container_status = { executor_pid: state.child.pid };
    this.#update(state.task, 'TASK_RUNNING', { container_status, ...this.#checks?.known, ...news });
    if (!kill) return;
    this.#killedByHealthCheck = true;
    this.#killWithin(graceMs(undefined, state.task.kill_policy));
  }

  // The end of the task, as others want it.

  #killTask({ task_id, kill_policy }: KillTaskMessage): void {
    const state = this.#state;
    if (state.phase !== 'starting' && state.phase !== 'running') return;
    if (state.task.task_id.value !== task_id.value) return;
    this.#killWithin(graceMs(kill_policy, state.task.kill_policy));
  }

  #shutdown(): void {
    if (this.#state.phase === 'registering') this.terminate();
    else this.#killWithin(Math.max(0, this.config.environment.shutdownGraceMs - SHUTDOWN_MARGIN_MS));
  }

  #timedOut(): void {
    if (this.#state.phase !== 'running' || this.#kill !== null) return;
    this.#outOfTime = true;
    this.#killWithin(graceMs(undefined, this.#state.task.kill_policy));
  }

  /** SIGTERM now, SIGKILL after the grace period; another kill can only make that shorter. */
  #killWithin(periodMs: number): void {
    const state = this.#state;
    if (state.phase !== 'starting' && state.phase !== 'running') return;
    const dueMs = this.now + periodMs;
    const first = this.#kill === null;
    if (this.#kill !== null && this.#kill.dueMs <= dueMs) return;
    this.#kill?.escalation.cancel();
    this.#kill = { dueMs, escalation: this.delay(periodMs, this.#escalate) };
    if (!first) return;
    this.#checks?.stop();
    const wantsKilling = state.framework.capabilities?.some(({ type }) => type === 'TASK_KILLING_STATE') ?? false;
    if (wantsKilling) this.#update(state.task, 'TASK_KILLING');
    if (state.phase === 'running') state.child.kill('SIGTERM');
  }

  #escalate(): void {
    if (this.#state.phase === 'running') this.#state.child.kill('SIGKILL');
  }

  #update(task: TaskInfo, state: TaskState, extra: Partial<TaskStatus> = {}): void {
    const { frameworkId, executorId, environment } = this.config;
    const uuid = uuidBytes(this.uuid());
    const timestamp = this.clock.wall / 1_000;
    const agent_id = { value: environment.agentId };
    const executor_id = { value: executorId };
    const update: StatusUpdate = {
      framework_id: { value: frameworkId },
      executor_id,
      agent_id,
      status: {
        task_id: task.task_id,
        state,
        source: 'SOURCE_EXECUTOR',
        agent_id,
        executor_id,
        timestamp,
        uuid,
        check_status: this.#checks?.known.check_status,
        ...extra,
      },
      timestamp,
      uuid,
    };
    this.#unacknowledged.sent(uuid, update);
    this.send(this.#agent, StatusUpdateMessage, { update, pid: String(this.pid) });
  }

  #become(next: State): void {
    const legal: readonly State['phase'][] = EDGES[this.#state.phase];
    if (!legal.includes(next.phase)) throw new Error(`illegal transition ${this.#state.phase} → ${next.phase}`);
    this.#state = next;
  }
}

/** What a task has come to: success is success, even when somebody was about to kill it. */
export function outcome(
  status: WaitStatus,
  why: { readonly killed: boolean; readonly outOfTime: boolean },
): Pick<TaskStatus, 'state' | 'reason'> {
  if ('exited' in status && status.exited === 0) return { state: 'TASK_FINISHED' };
  if (why.outOfTime) return { state: 'TASK_FAILED', reason: 'REASON_MAX_COMPLETION_TIME_REACHED' };
  return { state: why.killed ? 'TASK_KILLED' : 'TASK_FAILED' };
}

function planOrReason(task: TaskInfo): TaskPlan | string {
  try {
    return planTask(task);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
}

function graceMs(kill: KillPolicy | undefined, task: KillPolicy | undefined): number {
  return millisecondsOf(kill?.grace_period) ?? millisecondsOf(task?.grace_period) ?? KILL_GRACE_MS;
}

function millisecondsOf(duration: { readonly nanoseconds: number } | undefined): number | null {
  return duration === undefined ? null : duration.nanoseconds / 1e6;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
