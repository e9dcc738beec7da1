/**
 * `tsx --expose-gc tools/bench/idle-peers.ts [10000]`: what a runtime takes in memory that holds so many links to peers which
 * say nothing. The peers are whole runtimes, each at a port of its own, a few thousand to a child process.
 *
 *   child: runtime ──Hello──▶ this process: Host ──link──▶ each
 *
 * Limits of open files may have to be raised: `ulimit -n 20000`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { message, PID, Process, Promised, Runtime, TcpNetwork } from '../../libprocess/index.ts';

const PEERS_PER_CHILD = 2_500;
/** Peers that a child starts at once. */
const AT_ONCE = 50;

const Hello = message('bench.Hello', {});

/** Links to whoever says hello. */
class Host extends Process {
  readonly all = new Promised<void>();
  #count = 0;

  constructor(private readonly expected: number) {
    super('host');
  }

  protected override initialize(): void {
    this.install(Hello, (_body, from) => {
      this.link(from);
      this.#count += 1;
      if (this.#count === this.expected) this.all.set();
    });
  }
}

class Idler extends Process {
  constructor(private readonly host: PID) {
    super('idler');
  }

  protected override initialize(): void {
    this.link(this.host);
    this.send(this.host, Hello, {});
  }
}

async function bePeers(host: PID, count: number): Promise<void> {
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - begun) }, () =>
      Runtime.start({ network: new TcpNetwork({ tls: null, secret: null }) }),
    );
    for (const runtime of await Promise.all(some)) runtime.spawn(new Idler(host));
  }
}

function startPeers(host: PID, count: number): ChildProcess[] {
  const children: ChildProcess[] = [];
  for (let begun = 0; begun < count; begun += PEERS_PER_CHILD) {
    const some = String(Math.min(PEERS_PER_CHILD, count - begun));
    const args = [...process.execArgv, new URL(import.meta.url).pathname, 'peers', String(host), some];
    children.push(spawn(process.execPath, args, { stdio: 'inherit' }));
  }
  return children;
}

/** Resident memory in MB, with the heap swept. */
function memoryMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1024 / 1024;
}

async function measurePeers(count: number): Promise<void> {
  const runtime = await Runtime.start({ network: new TcpNetwork({ tls: null, secret: null }) });
  const host = new Host(count);
  const { pid } = runtime.spawn(host);
  const before = memoryMb();
  const started = performance.now();
  const children = startPeers(pid, count);
  await host.all;
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const after = memoryMb();
  const each = (((after - before) * 1024) / count).toFixed(1);
  console.log(
    `${count} linked idle peers: ${after.toFixed(0)} MB (${before.toFixed(0)} before, ${each} kB each), in ${seconds} s`,
  );
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await runtime.stop();
}

const [, , first, host, some] = process.argv;
if (first === 'peers') await bePeers(PID.parse(String(host)), Number(some));
else await measurePeers(Number(first ?? 10_000));
