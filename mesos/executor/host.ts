/**
 * The executor host: all command executors of one user, in one OS process that outlives the agent.
 *
 *   HostExecutorMessage ──▶ executor(N) ──▶ … ──▶ its end ──▶ ExecutorEndedMessage
 *
 * It ends itself when its agent is gone and no executor is left that waits for another one.
 *
 * Source: our own (architecture.md, decision 7); it stands where Mesos has one `mesos-executor` for each task.
 */
import { type PID, Process } from '../../libprocess/index.ts';
import {
  DestroyExecutorMessage,
  type Environment,
  ExecutorEndedMessage,
  HostExecutorMessage,
  ReconnectExecutorHostMessage,
  RegisterExecutorHostMessage,
} from '../protocol/index.ts';
import { CommandExecutor } from './command-executor.ts';
import { readEnvironment } from './environment.ts';

/** Raw wait status of a process that was killed with SIGKILL. */
const KILLED = 9;

interface Hosted {
  readonly containerId: string;
  destroyed: boolean;
}

export interface HostConfig {
  readonly user: string;
  /** The host's OS process. */
  readonly osPid: number;
  /** Who started it. */
  readonly containerizer: PID;
  /** Nothing is left to do. */
  readonly done: () => void;
}

export class ExecutorHost extends Process {
  readonly #hosted = new Map<PID, Hosted>();
  #containerizer: PID;
  #connected = true;

  constructor(private readonly config: HostConfig) {
    super('executor-host');
    this.#containerizer = config.containerizer;
  }

  protected override initialize(): void {
    this.install(ReconnectExecutorHostMessage, this.#reconnect);
    this.install(HostExecutorMessage, this.#host);
    this.install(DestroyExecutorMessage, this.#destroy);
    this.link(this.#containerizer);
    this.#register();
  }

  protected override exited(pid: PID): void {
    if (pid === this.#containerizer) this.#connected = false;
    else this.#ended(pid);
    if (!this.#connected && this.#hosted.size === 0) this.config.done();
  }

  #register(): void {
    this.send(this.#containerizer, RegisterExecutorHostMessage, {
      user: this.config.user,
      pid: this.config.osPid,
      containers: [...this.#hosted.values()].map(({ containerId }) => ({ value: containerId })),
    });
  }

  #reconnect(_body: ReconnectExecutorHostMessage, from: PID): void {
    this.#containerizer = from;
    this.#connected = true;
    this.link(from);
    this.#register();
  }

  #host(message: HostExecutorMessage): void {
    const { framework_id, executor_id, container_id, environment, run_directory, adopted_task, framework } = message;
    const variables = variablesOf(environment);
    const executor = new CommandExecutor({
      frameworkId: framework_id.value,
      executorId: executor_id.value,
      environment: readEnvironment(variables),
      variables,
      runDir: run_directory ?? null,
      adopted: adopted_task === undefined || framework === undefined ? null : { task: adopted_task, framework },
    });
    const { pid } = this.spawn(executor);
    this.#hosted.set(pid, { containerId: container_id.value, destroyed: false });
    this.link(pid);
  }

  #destroy({ container_id }: DestroyExecutorMessage): void {
    for (const [pid, hosted] of this.#hosted) {
      if (hosted.containerId !== container_id.value) continue;
      hosted.destroyed = true;
      this.runtime.terminate(pid);
    }
  }

  #ended(pid: PID): void {
    const hosted = this.#hosted.get(pid);
    if (hosted === undefined) return;
    this.#hosted.delete(pid);
    this.send(this.#containerizer, ExecutorEndedMessage, {
      container_id: { value: hosted.containerId },
      status: hosted.destroyed ? KILLED : 0,
    });
  }
}

function variablesOf(environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries((environment.variables ?? []).map(({ name, value }) => [name, value ?? '']));
}
