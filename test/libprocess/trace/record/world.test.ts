/** Programs that use every seam: what a replay does must be what was done, however the world was. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { realDisk } from '../../../../libprocess/disk/real.ts';
import { Failure } from '../../../../libprocess/failure.ts';
import { Future } from '../../../../libprocess/future.ts';
import { get, ok, post, type Request, type Response, stream } from '../../../../libprocess/http/http.ts';
import { Pipe } from '../../../../libprocess/http/pipe.ts';
import { message, request } from '../../../../libprocess/message.ts';
import type { PID } from '../../../../libprocess/pid.ts';
import { Process } from '../../../../libprocess/process.ts';
import { Runtime } from '../../../../libprocess/runtime.ts';
import { int32, req, string } from '../../../../libprocess/schema.ts';
import { PIPE } from '../../../../libprocess/subprocess/launcher.ts';
import { realLauncher } from '../../../../libprocess/subprocess/real.ts';
import { TcpNetwork } from '../../../../libprocess/transport/tcp.ts';
import { type LiveRun, recordReal, replay, until } from './small.ts';

const Ask = request('test.record.Ask', { number: req(1, int32) }, string);
const Tell = message('test.record.Tell', { number: req(1, int32), text: req(2, string) });
const Quiet = request('test.record.Quiet', { number: req(1, int32) }, string);

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Another runtime, which nobody records: it answers late, in pieces, badly or not at all. */
class Peer extends Process {
  constructor() {
    super('peer');
  }

  protected override initialize(): void {
    this.install(Ask, this.#answer);
    this.install(Quiet, () => new Promise<string>(() => undefined));
    this.install(Tell, ({ number, text: said }, from) => this.send(from, Tell, { number, text: `${said}!` }));
    this.route('/pieces', {}, this.#pieces);
    this.route('/echo', {}, async (asked: Request) => ok(text(asked.body).toUpperCase()));
  }

  async #answer({ number }: { readonly number: number }): Promise<string> {
    await this.turn(this.sleep(this.random.next() * 4));
    if (number % 5 === 0) throw new Failure(`not ${number}`, 'FIVE');
    return `answer ${number}`;
  }

  #pieces(): Response {
    const { reader, writer } = new Pipe();
    this.defer(this.#writePieces)(writer);
    return stream(reader, {});
  }

  async #writePieces(writer: Pipe['writer']): Promise<void> {
    for (let piece = 0; piece < 4; piece++) {
      writer.write(`piece ${piece} `);
      await this.turn(this.sleep(this.random.next() * 3));
    }
    writer.close();
  }
}

/** Does one thing after the other, whatever its dice say, and several at once. */
class Walker extends Process {
  readonly seen: string[] = [];
  #left: number;

  constructor(
    private readonly peer: PID,
    private readonly folder: string,
    steps: number,
  ) {
    super('walker');
    this.#left = steps;
  }

  get isDone(): boolean {
    return this.#left <= -3;
  }

  protected override initialize(): void {
    this.install(Tell, ({ number, text: said }) => this.#note(`told ${number} ${said}`));
    this.route('/state', {}, async (asked: Request) => ok(`${asked.search} ${text(asked.body)} ${this.seen.length}`));
    this.route('/stream', { streaming: true }, this.#upload);
    this.link(this.peer);
    for (let strand = 0; strand < 3; strand++) this.defer(this.#walk)(strand);
  }

  protected override exited(pid: PID): void {
    this.#note(`exited ${pid.id}`);
  }

  #note(what: string): void {
    this.seen.push(`${Math.round(this.now * 1_000)} ${this.clock.wall} ${what}`);
  }

  async #walk(strand: number): Promise<void> {
    while (this.#left > 0) {
      this.#left -= 1;
      const what = await this.turn(this.#step(this.#left).recover(failed => `failed: ${failed}`));
      this.#note(`${strand}: ${what}`);
    }
    this.#left -= 1;
  }

  #step(number: number): Future<unknown> {
    const file = join(this.folder, `file-${number % 3}`);
    switch (Math.floor(this.random.next() * 9)) {
      case 0:
        return this.sleep(this.random.next() * 5).then(() => this.uuid());
      case 1:
        return this.ask(this.peer, Ask, { number });
      case 2:
        this.send(this.peer, Tell, { number, text: this.uuid() });
        return Future.ready('sent');
      case 3:
        return this.runtime.disk.append(file, Buffer.from(`${number}\n`));
      case 4:
        return this.runtime.disk.read(file).then(bytes => (bytes === null ? null : text(bytes)));
      case 5:
        return this.runtime.request(this.peer.address.text, get('/peer/pieces')).then(body);
      case 6:
        return this.runtime.request(this.peer.address.text, post('/peer/echo', `shout ${number}`)).then(body);
      case 7:
        return this.ask(this.peer, Quiet, { number }).orFailAfter(2, 'QUIET');
      default:
        return this.#child(number);
    }
  }

  #child(number: number): Future<string> {
    const spec = { file: 'sh', args: ['-c', `cat; echo ${number}`], env: { PATH: '/usr/bin:/bin' } };
    return this.runtime.launcher.launch({ ...spec, stdin: PIPE, stdout: PIPE }).then(child => {
      child.stdin?.write(`in ${number} `);
      child.stdin?.close();
      const output = child.stdout?.readAll() ?? Future.ready(new Uint8Array());
      return output.then(bytes => child.status.then(status => `${text(bytes)} ${JSON.stringify(status)}`));
    });
  }

  #upload(asked: Request): Future<Response> {
    return (asked.reader?.readAll() ?? Future.ready(asked.body)).then(bytes => {
      this.#note(`uploaded ${bytes.length}`);
      return ok(String(bytes.length));
    });
  }
}

function body(response: Response): Future<string> {
  return (response.reader?.readAll() ?? Future.ready(new Uint8Array())).then(
    bytes => `${response.status} ${text(bytes)}`,
  );
}

interface Walk {
  readonly live: LiveRun;
  readonly walkers: Walker[];
  readonly boot: (runtime: Runtime) => void;
  /** Where the peer lives. */
  readonly other: Runtime;
}

async function walk(steps: number): Promise<Walk> {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'));
  const other = await Runtime.start({ network: new TcpNetwork() });
  const peer = other.spawn(new Peer());
  onTestFinished(async () => {
    await other.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const walkers: Walker[] = [];
  const boot = (runtime: Runtime): void => {
    const walker = new Walker(peer.pid, folder, steps);
    walkers.push(walker);
    runtime.spawn(walker);
  };
  const live = await recordReal(boot, { network: new TcpNetwork(), disk: realDisk, launcher: realLauncher });
  onTestFinished(() => live.runtime.stop());
  return { live, walkers, boot, other };
}

test.each([1, 2, 3])('a program that uses all seams at random is replayed without a difference (%i)', async () => {
  const { live, walkers, boot } = await walk(40);
  const address = live.runtime.address.text;
  const asked = await fetch(`http://${address}/walker/state?a=b`, { method: 'POST', body: 'question' });
  expect(await asked.text()).toMatch(/^a=b question \d+$/);
  await fetch(`http://${address}/walker/stream`, { method: 'POST', body: 'x'.repeat(200_000) });
  await until(() => walkers[0]?.isDone === true);
  const { $served: turns } = live.runtime;
  const recorded = await live.end();
  const replayed = await replay(recorded, boot);
  expect(replayed.differences).toEqual([]);
  expect(replayed.turns).toBeGreaterThanOrEqual(turns);
  const seen = walkers[1]?.seen ?? [];
  expect(seen.length).toBeGreaterThan(40);
  expect(seen).toEqual(walkers[0]?.seen.slice(0, seen.length)); // What came when the recording had ended is not in it.
});

class Busy extends Process {
  readonly seen: string[] = [];
  #turns = 0;

  constructor() {
    super('busy');
  }

  get isDone(): boolean {
    return this.seen.at(-1)?.startsWith('60000 ') === true;
  }

  protected override initialize(): void {
    this.#work();
    this.#ring();
  }

  readonly #work = (): void => {
    this.#turns += 1;
    if (this.#turns < 60_000) this.defer(this.#work)();
  };

  #ring(): void {
    this.seen.push(`${this.#turns} turns at ${this.now}`);
    if (this.#turns < 60_000) this.delay(1, this.#ring);
  }
}

test('what comes amid a long run of turns comes between the same turns', async () => {
  const busy: Busy[] = [];
  const boot = (runtime: Runtime): void => {
    busy.push(new Busy());
    runtime.spawn(busy.at(-1) as Busy);
  };
  const live = await recordReal(boot, {});
  await until(() => busy[0]?.isDone === true);
  const { differences } = await replay(await live.end(), boot);
  expect(differences).toEqual([]);
  expect(busy[0]?.seen.length).toBeGreaterThan(3);
  expect(busy[1]?.seen).toEqual(busy[0]?.seen);
});

class Reader extends Process {
  why: unknown = null;

  protected override async initialize(): Promise<void> {
    await this.turn(
      this.runtime.disk.read('/').recover(failed => {
        this.why = failed.error;
        return null;
      }),
    );
  }
}

test('what fails in the world fails with the same code and message in a replay', async () => {
  const readers: Reader[] = [];
  const boot = (runtime: Runtime): void => {
    readers.push(new Reader());
    runtime.spawn(readers.at(-1) as Reader);
  };
  const live = await recordReal(boot, { disk: realDisk });
  await until(() => readers[0]?.why !== null);
  await replay(await live.end(), boot);
  expect(readers[0]?.why).toMatchObject({ name: 'Failure', code: 'EISDIR' });
  expect(String(readers[1]?.why)).toBe(String(readers[0]?.why));
});

test('the end of a connection is replayed as well', async () => {
  const { live, walkers, boot, other } = await walk(20);
  await until(() => walkers[0]?.isDone === true);
  await other.stop();
  const hasHeard = (walker: Walker | undefined): boolean => walker?.seen.at(-1)?.endsWith('exited peer') === true;
  await until(() => hasHeard(walkers[0]));
  const { differences } = await replay(await live.end(), boot);
  expect(differences).toEqual([]);
  expect(hasHeard(walkers[1])).toBe(true);
});
