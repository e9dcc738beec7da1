/**
 * Masters and agents as OS processes, for tests: started as a user would, on free ports, in folders of their own, and
 * gone when the test is over, tasks and executor hosts included.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const WAIT_MAX_MS = 30_000;
const LISTENS = /started on (?:\(\d+\)@)?127\.0\.0\.1:(\d+)/;

/** An OS process whose output can be waited for. */
export class Daemon {
  readonly process: ChildProcess;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  output = '';
  #closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly name: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ) {
    this.process = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    }
    this.exited = new Promise(done => {
      this.process.on('close', (code, signal) => {
        this.#closed = true;
        this.#take('');
        done(code ?? signal);
      });
    });
    onTestFinished(() => this.kill('SIGKILL'));
  }

  /** The first match of `pattern` in all output, now or later; fails with the output after 30 seconds. */
  async says(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const found = (): RegExpExecArray | null => pattern.exec(this.output.slice(from));
    await until(`${this.name} says ${pattern}`, this.#waiting, () => this.#closed || found() !== null).catch(error => {
      throw new Error(`${error.message}:\n${this.output.slice(-4_000)}`);
    });
    const match = found();
    if (match === null) throw new Error(`${this.name} ended and never said ${pattern}:\n${this.output.slice(-4_000)}`);
    return match;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill(signal);
    await this.exited;
  }

  /** Where it listens. */
  async port(): Promise<number> {
    return Number((await this.says(LISTENS))[1]);
  }

  #take(text: string): void {
    this.output += text;
    for (const look of this.#waiting) look();
  }
}

/** Ready when `condition` holds, looked at again each time one of `looks` is called. */
function until(what: string, looks: Set<() => void>, condition: () => boolean): Promise<void> {
  return new Promise((done, fail) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      looks.delete(look);
      settle();
    };
    const look = (): void => {
      if (condition()) end(done);
    };
    const timer = setTimeout(() => end(() => fail(new Error(`not within ${WAIT_MAX_MS} ms: ${what}`))), WAIT_MAX_MS);
    looks.add(look);
    look();
  });
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mesos-test-'));
  onTestFinished(async () => {
    await endHosts(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** Executor hosts and tasks outlive their agents on purpose; not their tests. */
async function endHosts(folder: string): Promise<void> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const seen = await Promise.all(
      ['cmdline', 'environ'].map(file => readFile(`/proc/${pid}/${file}`, 'utf8').catch(gone)),
    );
    if (seen.some(text => text.includes(folder))) killIfThere(Number(pid));
  }
}

/** A process that ends while it is looked at, or is somebody else's. */
function gone(error: NodeJS.ErrnoException): string {
  if (['ENOENT', 'ESRCH', 'EACCES'].includes(error.code ?? '')) return '';
  throw error;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export interface Master {
  readonly daemon: Daemon;
  readonly port: number;
  readonly address: string;
}

/** A master on a free port, or on `port`, leading. */
export async function startMaster(flags: readonly string[] = [], port = 0): Promise<Master> {
  const workDir = await temporaryFolder();
  const args = ['mesos/master.js', '--ip=127.0.0.1', `--port=${port}`, `--work_dir=${workDir}`, ...flags];
  const daemon = new Daemon('master', args);
  const bound = await daemon.port();
  return { daemon, port: bound, address: `127.0.0.1:${bound}` };
}

export interface Agent {
  readonly daemon: Daemon;
  readonly port: number;
  readonly address: string;
  readonly workDir: string;
}

export interface AgentOptions {
  readonly flags?: readonly string[];
  readonly workDir?: string;
  readonly port?: number;
}

/** An agent that has registered (or, on a used `workDir`, registered again). */
export async function startAgent(
  master: string,
  { flags = [], workDir: used, port: at = 0 }: AgentOptions = {},
): Promise<Agent> {
  const workDir = used ?? (await temporaryFolder());
  const resources = '--resources=cpus:2;mem:1024;disk:1024;ports:[31000-32000]';
  const args = ['mesos/agent.js', '--ip=127.0.0.1', `--port=${at}`, `--master=${master}`, `--work_dir=${workDir}`];
  const daemon = new Daemon('agent', [...args, resources, ...flags]);
  const port = await daemon.port();
  await daemon.says(/Re-?registered with master|Registered with master/);
  return { daemon, port, address: `127.0.0.1:${port}`, workDir };
}

export interface Ended {
  readonly status: number | NodeJS.Signals | null;
  readonly output: string;
}

/** `mesos execute` with `args`, to its end. */
export async function execute(master: string, ...args: string[]): Promise<Ended> {
  const daemon = startExecute(master, ...args);
  const status = await daemon.exited;
  return { status, output: daemon.output };
}

export function startExecute(master: string, ...args: string[]): Daemon {
  return new Daemon('execute', ['mesos/cli.js', 'execute', `--master=${master}`, ...args]);
}

export async function getJson<T>(address: string, path: string): Promise<T> {
  const response = await fetch(`http://${address}${path}`);
  expect(response.status, `${path}: ${await response.clone().text()}`).toBe(200);
  return (await response.json()) as T;
}
