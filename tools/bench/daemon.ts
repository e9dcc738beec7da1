/** A master or an agent under measurement. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';

const POLL_MS = 2;
const START_TIMEOUT_MS = 20_000;

export class Daemon {
  readonly authority: string;
  #child: ChildProcess | null = null;

  constructor(
    private readonly program: 'master' | 'agent',
    private readonly port: number,
    private readonly flags: readonly string[],
  ) {
    this.authority = `127.0.0.1:${port}`;
  }

  /** @returns the milliseconds from exec to the first 200 on /health. */
  async start(folder: string): Promise<number> {
    await mkdir(folder, { recursive: true });
    const log = openSync(`${folder}/${this.program}.log`, 'a');
    const started = performance.now();
    const args = [`mesos/${this.program}.js`, '--ip=127.0.0.1', `--port=${this.port}`, ...this.flags];
    const child = spawn(process.execPath, args, { stdio: ['ignore', log, log] });
    this.#child = child;
    while (!(await this.#isHealthy())) {
      if (child.exitCode !== null || performance.now() - started > START_TIMEOUT_MS) {
        throw new Error(
          `the ${this.program} did not start: ${await readFile(`${folder}/${this.program}.log`, 'utf8')}`,
        );
      }
      await new Promise(done => setTimeout(done, POLL_MS));
    }
    return performance.now() - started;
  }

  async stop(): Promise<void> {
    if (this.#child === null || this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  /** Resident memory; NaN where there is no /proc. */
  async rssMb(): Promise<number> {
    if (process.platform !== 'linux') return Number.NaN;
    const status = await readFile(`/proc/${this.#child?.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  async #isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`http://${this.authority}/health`)).ok;
    } catch (error) {
      if (error instanceof TypeError) return false; // Nobody listens yet.
      throw error;
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
