/**
 * The containerizer: starts executors, says when they end, and ends them.
 *
 *   launch ─▶ sandbox ─▶ executor host (command tasks) │ process of its own (custom executors) ─▶ … ─▶ wait
 *                                                                        destroy: SIGKILL to all of it
 *
 * Isolation is that of `posix/cpu,posix/mem`: none but a session of its own.
 *
 * Source: Mesos src/slave/containerizer/mesos/containerizer.cpp, launcher.cpp (PosixLauncher).
 */
import {
  type ChildProcess,
  Failure,
  Future,
  type PID,
  Process,
  Promised,
  reap,
  type User,
} from '../../../libprocess/index.ts';
import { programOf } from '../../executor/program.ts';
import { rawStatusOf } from '../../executor/signals.ts';
import {
  type CommandInfo,
  DestroyExecutorMessage,
  ExecutorEndedMessage,
  type FrameworkInfo,
  HostExecutorMessage,
  RegisterExecutorHostMessage,
  type TaskInfo,
} from '../../protocol/index.ts';
import { forkedPidPath } from '../paths.ts';
import { ExecutorHosts, type HostsConfig } from './executor-hosts.ts';
import { createSandbox, findOwner } from './sandbox.ts';

export interface ContainerConfig {
  readonly containerId: string;
  readonly frameworkId: string;
  readonly executorId: string;
  /** A command executor, which lives in an executor host. */
  readonly hosted: boolean;
  /** What a custom executor runs. */
  readonly command: CommandInfo;
  readonly sandbox: string;
  /** The run's meta folder; null without checkpointing. */
  readonly runDir: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  /** The task that runs already, when only its host is to be replaced. */
  readonly adopted?: { readonly task: TaskInfo; readonly framework: FrameworkInfo } | undefined;
}

/** How a container ended. */
export interface Termination {
  /** Raw wait status; null where nobody saw it. */
  readonly status: number | null;
  /** Its executor host died; the task may run on. */
  readonly hostLost: boolean;
}

/** What recovery knows of a container. */
export interface RecoveredContainer {
  readonly containerId: string;
  readonly hosted: boolean;
  readonly user: string;
  /** The process it was; null when it was never started. */
  readonly osPid: number | null;
}

export interface ContainerizerConfig {
  readonly hosts: Omit<HostsConfig, 'ip'>;
  readonly ip: string;
  /** Whether executors run as their own users: only root can do that. */
  readonly switchUser: boolean;
  /** The agent's own user, whose executor host is started before it is needed. */
  readonly ownUser: string;
}

interface Container {
  readonly id: string;
  readonly ended: Promised<Termination>;
  /** Null for hosted ones. */
  osPid: number | null;
  host: PID | null;
}

export class Containerizer extends Process {
  readonly #containers = new Map<string, Container>();
  #hosts: ExecutorHosts | null = null;

  constructor(private readonly config: ContainerizerConfig) {
    super('mesos-containerizer');
  }

  protected override initialize(): void {
    const { runtime, pid } = this;
    this.#hosts = new ExecutorHosts(
      { ...this.config.hosts, ip: this.config.ip },
      {
        pid,
        disk: runtime.disk,
        launcher: runtime.launcher,
        send: (to, type, body) => this.send(to, type, body),
        link: to => this.link(to),
      },
    );
    this.install(RegisterExecutorHostMessage, this.#hostRegistered);
    this.install(ExecutorEndedMessage, this.#executorEnded);
  }

  protected override exited(pid: PID): void {
    const host = this.#hostsOrThrow().lost(pid);
    if (host !== null) this.log.warn({ user: host.user, pid: host.osPid }, `Executor host of ${host.user} exited`);
    for (const container of [...this.#containers.values()]) {
      if (container.host === pid) this.#end(container, { status: null, hostLost: true });
    }
  }

  /** Starts the executor host of the agent's own user, so that the first task need not wait for it. */
  warm(): void {
    this.#hostsOrThrow()
      .get(this.config.ownUser, null)
      .onFailed(error => {
        this.log.warn({ error }, 'Failed to start the executor host');
      });
  }

  /**
   * Starts an executor; ready with the process it lives in.
   *
   * @throws Failure with a sentence for the task's status update: UNKNOWN_USER, URIS, or what disk and launcher say.
   */
  async launch(config: ContainerConfig): Promise<number> {
    this.log.info(`Starting container ${config.containerId}`);
    const container: Container = { id: config.containerId, ended: new Promised(), osPid: null, host: null };
    this.#containers.set(container.id, container);
    try {
      return await this.#launch(config, container);
    } catch (error) {
      this.#containers.delete(container.id);
      throw error;
    }
  }

  /** Ready once the container has ended; null for an unknown one. */
  wait(containerId: string): Future<Termination> | null {
    return this.#containers.get(containerId)?.ended.undiscardable() ?? null;
  }

  /** Ends the container now. */
  destroy(containerId: string): void {
    const container = this.#containers.get(containerId);
    if (container === undefined) return;
    this.log.info(`Destroying container ${containerId}`);
    if (container.host !== null) {
      this.send(container.host, DestroyExecutorMessage, { container_id: { value: containerId } });
    } else if (container.osPid !== null) {
      this.runtime.launcher.kill(container.osPid, 'SIGKILL', 'tree');
    }
  }

  /** Takes over the containers of an agent before this one; those that are gone end at once. */
  async recover(containers: readonly RecoveredContainer[], rebooted: boolean): Promise<void> {
    this.log.info('Recovering Mesos containers');
    for (const { containerId, hosted, osPid } of containers) {
      this.#containers.set(containerId, {
        id: containerId,
        ended: new Promised(),
        osPid: hosted ? null : osPid,
        host: null,
      });
    }
    for (const { containerId, hosted, osPid } of containers) if (!hosted) this.defer(this.#follow)(containerId, osPid);
    const hosted = containers.filter(container => container.hosted);
    const users = new Set(hosted.map(({ user }) => this.#hostUser(user)));
    for (const user of users.add(this.config.ownUser)) {
      const theirs = hosted.filter(container => this.#hostUser(container.user) === user);
      await this.#recoverHost(user, theirs, rebooted);
    }
  }

  /** Whose host runs the tasks of `user`. */
  #hostUser(user: string): string {
    return this.config.switchUser ? user : this.config.ownUser;
  }

  async #recoverHost(user: string, containers: readonly RecoveredContainer[], rebooted: boolean): Promise<void> {
    const pid = rebooted ? null : await this.turn(this.#hostsOrThrow().recorded(user));
    for (const { containerId } of containers) {
      const container = this.#containers.get(containerId);
      if (container === undefined) continue;
      if (pid === null) this.#end(container, { status: null, hostLost: !rebooted });
      else container.host = pid;
    }
    if (pid !== null) this.#hostsOrThrow().call(pid);
  }

  async #launch(config: ContainerConfig, container: Container): Promise<number> {
    if ((config.command.uris ?? []).length > 0) {
      throw new Failure('fetching URIs is not implemented: put the files where the agent runs', 'URIS');
    }
    const { disk } = this.runtime;
    const found = this.config.switchUser ? findOwner(disk, config.user) : Future.ready<User | null>(null);
    const ready = config.adopted === undefined ? createSandbox(disk, config.sandbox, found) : found;
    const owner = await this.turn<User | null>(ready);
    return config.hosted ? this.#launchHosted(config, container, owner) : this.#launchOwn(config, container, owner);
  }

  async #launchHosted(config: ContainerConfig, container: Container, owner: User | null): Promise<number> {
    const user = this.#hostUser(config.user);
    const host = await this.turn(this.#hostsOrThrow().get(user, owner));
    container.host = host.pid;
    this.send(host.pid, HostExecutorMessage, {
      framework_id: { value: config.frameworkId },
      executor_id: { value: config.executorId },
      container_id: { value: config.containerId },
      environment: {
        variables: Object.entries(config.environment).map(([name, value]) => ({ name, type: 'VALUE' as const, value })),
      },
      run_directory: config.runDir ?? undefined,
      adopted_task: config.adopted?.task,
      framework: config.adopted?.framework,
    });
    await this.#recordPid(config, host.osPid);
    return host.osPid;
  }

  async #launchOwn(config: ContainerConfig, container: Container, owner: User | null): Promise<number> {
    const { sandbox, environment, command } = config;
    const child = await this.turn(
      this.runtime.launcher.launch({
        ...programOf(command),
        env: { ...environment, PWD: sandbox },
        cwd: sandbox,
        stdout: `${sandbox}/stdout`,
        stderr: `${sandbox}/stderr`,
        session: true,
        ...(owner === null ? {} : { uid: owner.uid, gid: owner.gid }),
      }),
    );
    this.log.info(`Forked child with pid '${child.pid}' for container '${config.containerId}'`);
    container.osPid = child.pid;
    this.defer(this.#reap)(container, child);
    await this.#recordPid(config, child.pid);
    return child.pid;
  }

  async #recordPid({ runDir }: ContainerConfig, osPid: number): Promise<void> {
    if (runDir !== null) await this.turn(this.runtime.disk.write(forkedPidPath(runDir), String(osPid)));
  }

  async #reap(container: Container, child: ChildProcess): Promise<void> {
    const status = await this.turn(child.status);
    this.runtime.launcher.kill(child.pid, 'SIGKILL', 'group'); // What the executor has left behind.
    this.#end(container, { status: rawStatusOf(status), hostLost: false });
  }

  /** Of a process that an agent before this one started it is known only that it has gone. */
  async #follow(containerId: string, osPid: number | null): Promise<void> {
    if (osPid !== null) await this.turn(reap(this.runtime, osPid));
    const container = this.#containers.get(containerId);
    if (container !== undefined) this.#end(container, { status: null, hostLost: false });
  }

  async #hostRegistered({ user, pid: osPid, containers }: RegisterExecutorHostMessage, from: PID): Promise<void> {
    const hosts = this.#hostsOrThrow();
    const host = hosts.registered(user, osPid, from);
    const alive = new Set(containers?.map(({ value }) => value));
    for (const container of [...this.#containers.values()]) {
      if (container.host === from && !alive.has(container.id)) this.#end(container, { status: null, hostLost: false });
    }
    await this.turn(hosts.record(host));
  }

  #executorEnded({ container_id, status }: ExecutorEndedMessage): void {
    const container = this.#containers.get(container_id.value);
    if (container !== undefined) this.#end(container, { status, hostLost: false });
  }

  #end(container: Container, termination: Termination): void {
    this.log.info(`Container ${container.id} has exited`);
    this.#containers.delete(container.id);
    container.ended.set(termination);
  }

  #hostsOrThrow(): ExecutorHosts {
    if (this.#hosts === null) throw new Error('the containerizer has not been spawned');
    return this.#hosts;
  }
}
