/**
 * The executor hosts of an agent: one for each user that command tasks run as, kept warm, found again by a restarted
 * agent.
 *
 *   none ──start──▶ starting ──RegisterExecutorHostMessage──▶ ready ──its end──▶ none
 *   (restart of the agent)  recorded ──ReconnectExecutorHostMessage──▶ ready
 *
 * A part of the containerizer, in whose turns it runs.
 */
import {
  type Disk,
  type Failure,
  Future,
  type Launcher,
  type MessageType,
  PID,
  Promised,
  type User,
} from '../../../libprocess/index.ts';
import { HOST_AGENT, HOST_USER } from '../../executor/spawn-host.ts';
import { ReconnectExecutorHostMessage } from '../../protocol/index.ts';
import { forkedPidPath, hostDir, libprocessPidPath, pidsDir } from '../paths.ts';

/** A host that takes longer has failed. */
const START_TIMEOUT_MS = 30_000;

export interface HostProgram {
  readonly file: string;
  readonly args: readonly string[];
}

export interface HostsConfig {
  readonly program: HostProgram;
  readonly metaDir: string;
  /** The address the agent is reached at. */
  readonly ip: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the containerizer lends. */
export interface HostsContext {
  readonly pid: PID;
  readonly disk: Disk;
  readonly launcher: Launcher;
  send<B>(to: PID, type: MessageType<B>, body: B): void;
  link(pid: PID): void;
}

export interface Host {
  readonly user: string;
  readonly pid: PID;
  readonly osPid: number;
}

export class ExecutorHosts {
  readonly #starting = new Map<string, Promised<Host>>();
  readonly #ready = new Map<string, Host>();

  constructor(
    private readonly config: HostsConfig,
    private readonly context: HostsContext,
  ) {}

  /** The host of `user`, which is started when there is none. Fails with the launcher's code or HOST_TIMEOUT. */
  get(user: string, owner: User | null): Future<Host> {
    const ready = this.#ready.get(user);
    if (ready !== undefined) return Future.ready(ready);
    const starting = this.#starting.get(user);
    return starting ?? this.#start(user, owner);
  }

  /** The host at `pid`, if one is known there. */
  at(pid: PID): Host | null {
    return [...this.#ready.values()].find(host => host.pid === pid) ?? null;
  }

  /** A host said who it is. */
  registered(user: string, osPid: number, pid: PID): Host {
    const host: Host = { user, pid, osPid };
    this.#ready.set(user, host);
    this.context.link(pid);
    this.#starting.get(user)?.set(host);
    this.#starting.delete(user);
    return host;
  }

  /** Notes where the host is, for an agent after this one. */
  record({ user, pid, osPid }: Host): Future<void> {
    const folder = hostDir(this.config.metaDir, user);
    const { disk } = this.context;
    return Future.collect([
      disk.write(libprocessPidPath(folder), String(pid)),
      disk.write(forkedPidPath(folder), String(osPid)),
    ]).then(() => undefined);
  }

  /** The connection to `pid` is gone: so is the host, as far as this agent can tell. */
  lost(pid: PID): Host | null {
    const host = this.at(pid);
    if (host !== null) this.#ready.delete(host.user);
    return host;
  }

  /** The host that an agent before this one recorded; null when there is none. */
  recorded(user: string): Future<PID | null> {
    return this.context.disk.read(libprocessPidPath(hostDir(this.config.metaDir, user))).then(bytes => {
      return bytes === null ? null : PID.parse(Buffer.from(bytes).toString('utf8'));
    });
  }

  /** Asks the host at `pid` to speak with this agent from now on. */
  call(pid: PID): void {
    this.context.link(pid);
    this.context.send(pid, ReconnectExecutorHostMessage, {});
  }

  #start(user: string, owner: User | null): Future<Host> {
    const started = new Promised<Host>();
    this.#starting.set(user, started);
    const give = (error: unknown): void => {
      if (started.fail(error as Failure)) this.#starting.delete(user);
    };
    const launched = this.#prepare(user, owner).then(() => this.context.launcher.launch(this.#spec(user, owner)));
    launched.onFailed(give);
    return started.orFailAfter(START_TIMEOUT_MS, 'HOST_TIMEOUT');
  }

  #prepare(user: string, owner: User | null): Future<void> {
    const { disk } = this.context;
    const folder = hostDir(this.config.metaDir, user);
    return disk.mkdir(pidsDir(folder)).then(() => {
      return owner === null ? Future.ready(undefined) : disk.chown(folder, owner.uid, owner.gid);
    });
  }

  #spec(user: string, owner: User | null) {
    const { program, ip, env, metaDir } = this.config;
    const log = `${hostDir(metaDir, user)}/log`;
    return {
      ...program,
      env: { ...env, LIBPROCESS_IP: ip, [HOST_AGENT]: String(this.context.pid), [HOST_USER]: user },
      stdout: log,
      stderr: log,
      session: true,
      ...(owner === null ? {} : { uid: owner.uid, gid: owner.gid }),
    };
  }
}
