/**
 * Two actors in two OS processes throw a ball to each other, over TCP.
 *
 *   npx tsx examples/ping-pong.ts [--throws=10000]
 *
 *   this process            the other one, which runs this same file with --pong
 *   ping ──────Ball────────▶ pong
 *        ◀─────Ball─────────
 */
import { spawn as launch } from 'node:child_process';
import { parseArgs } from 'node:util';
import { int32, listen, message, PID, Process, Promised, req, spawn, stop } from '../libprocess/index.ts';

const options = { pong: { type: 'boolean' }, throws: { type: 'string', default: '10000' } } as const;
const { pong, throws } = parseArgs({ options }).values;

const Ball = message('examples.Ball', { thrown: req(1, int32) });

class Pong extends Process {
  protected override initialize(): void {
    this.install(Ball, (ball, from) => this.send(from, Ball, ball));
  }
}

class Ping extends Process {
  readonly done = new Promised<void>();

  constructor(private readonly pong: PID) {
    super('ping');
  }

  protected override initialize(): void {
    this.install(Ball, ({ thrown }) => this.#throw(thrown + 1));
    this.#throw(0);
  }

  #throw(thrown: number): void {
    if (thrown < Number(throws)) this.send(this.pong, Ball, { thrown });
    else this.done.set();
  }
}

await listen({ ip: '127.0.0.1' });
if (pong) {
  console.log(String(spawn(new Pong('pong')).pid));
} else {
  const other = launch(process.execPath, [...process.execArgv, import.meta.filename, '--pong']);
  const pid = await new Promise<string>(found => other.stdout.once('data', line => found(String(line).trim())));
  const ping = new Ping(PID.parse(pid));
  const started = performance.now();
  spawn(ping);
  await ping.done;
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `${throws} round trips between ${ping.pid} and ${pid}: ${Math.round(Number(throws) / seconds)} per second`,
  );
  other.kill();
  await stop();
}
