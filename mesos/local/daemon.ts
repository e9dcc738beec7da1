/**
 * One daemon of a local cluster: an OS process in a session of its own, so that a Ctrl-C in the terminal reaches it
 * only by way of the cluster, which stops things in order.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildProcess, Failure, type Request, type Runtime, type WaitStatus } from '../../libprocess/index.ts';
import { sentenceOf } from '../scheduler/endpoint.ts';

const POLL_MS = 50;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
/** The last lines of a log say why a daemon ended. */
const LOG_LINES_SHOWN = 5;

export interface DaemonSpec {
  /** `agent 1`: what people read. */
  readonly title: string;
  /** `master` or `agent`: what is run. */
  readonly program: string;
  readonly ip: string;
  readonly port: number;
  readonly flags: readonly string[];
  readonly log: string;
}

export class Daemon {
  readonly authority: string;
  #child: ChildProcess | null = null;

  constructor(
    private readonly runtime: Runtime,
    readonly spec: DaemonSpec,
  ) {
    this.authority = `${spec.ip}:${spec.port}`;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Ready once it answers /health. @throws Failure DAEMON_ENDED or DAEMON_SILENT, with the end of its log. */
  async start(env: NodeJS.ProcessEnv): Promise<void> {
    const { program, ip, port, flags, log } = this.spec;
    const script = join(packageFolder(), 'mesos', `${program}.js`);
    this.#child = await this.runtime.launcher.launch({
      file: process.execPath,
      args: [script, `--ip=${ip}`, `--port=${port}`, ...flags],
      env: environmentOf(env),
      stdout: log,
      stderr: log,
      session: true,
    });
    const limit = this.runtime.clock.now + START_TIMEOUT_MS;
    while (!(await this.#isHealthy())) {
      if (this.#hasEnded) throw await this.#failure('ended at once', 'DAEMON_ENDED');
      if (this.runtime.clock.now > limit) throw await this.#failure('does not answer', 'DAEMON_SILENT');
      await sleep(this.runtime, POLL_MS);
    }
  }

  /** Calls `tell` when it ends, however that comes about. */
  onEnd(tell: (status: WaitStatus) => void): void {
    this.#child?.status.onReady(tell);
  }

  /** Ends it, the hard way after a while. */
  async stop(): Promise<void> {
    if (this.#child === null || this.#hasEnded) return;
    const { pid, status } = this.#child;
    this.runtime.launcher.kill(pid, 'SIGTERM', 'process');
    await status.after(STOP_TIMEOUT_MS, () => {
      this.kill();
      return status;
    });
  }

  kill(): void {
    if (this.#child !== null && !this.#hasEnded) this.runtime.launcher.kill(this.#child.pid, 'SIGKILL', 'group');
  }

  get #hasEnded(): boolean {
    return this.#child !== null && !this.#child.status.isPending;
  }

  async #isHealthy(): Promise<boolean> {
    try {
      return (await this.runtime.request(this.authority, get('/health'))).status === 200;
    } catch (error) {
      if (error instanceof Failure) return false; // It does not listen yet.
      throw error;
    }
  }

  async #failure(what: string, code: string): Promise<Failure> {
    const { title, log } = this.spec;
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-LOG_LINES_SHOWN);
    return new Failure(`${title} ${what}. The end of ${log}:\n${lines.map(line => `  ${line}`).join('\n')}`, code);
  }
}

/** The body of a GET, as JSON. @throws Failure CONNECT, DISCONNECTED or UNAVAILABLE. */
export async function getJson(runtime: Runtime, authority: string, path: string): Promise<unknown> {
  const response = await runtime.request(authority, get(path));
  const text = await sentenceOf(response);
  if (response.status !== 200) throw new Failure(`${authority}${path}: ${text}`, 'UNAVAILABLE');
  return JSON.parse(text);
}

export function sleep(runtime: Runtime, ms: number): Promise<void> {
  return new Promise(done => void runtime.clock.timer(ms, done));
}

function get(path: string): Request {
  return { method: 'GET', path, search: '', headers: {}, body: new Uint8Array(0), reader: null, peer: null };
}

/** Flags come on the command line: what the environment says is meant for this cluster, and not for each daemon. */
function environmentOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter(([name]) => !/^(MESOS|LIBPROCESS)_/.test(name));
  return Object.fromEntries(entries.map(([name, value = '']) => [name, value]));
}

/** Where `mesos/master.js` lies: above this module, compiled or not. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'mesos', 'launch.js'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('mesos/launch.js is not above this module');
    folder = above;
  }
  return folder;
}
