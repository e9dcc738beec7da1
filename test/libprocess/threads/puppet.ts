/** The actors that live in the threads of the tests, and, the same, on the nodes of a simulation. */
import {
  type BodyOf,
  Failure,
  Future,
  http,
  ID,
  PID,
  Pipe,
  type PipeWriter,
  Process,
  Promised,
  type Runtime,
} from '../../../libprocess/index.ts';
import { Double, Echo, GivenUp, Note, Order, Wait } from './protocol.ts';
import { Murmur } from './secrets.ts';

/** Answers, echoes, and does as it is told; of all that happens to it, it notifies who orders. */
export class Puppet extends Process {
  #master: PID = PID.none;
  #givenUp = 0;

  protected override initialize(): void {
    this.install(Echo, ({ text }, from) => this.send(from, Note, { text }));
    this.install(Note, ({ text }, from) => this.#say(`note ${text} from ${from.id}`));
    this.install(Double, this.#double);
    this.install(Wait, this.#wait);
    this.install(GivenUp, () => ({ count: this.#givenUp }));
    this.install(Murmur, ({ to }) => ({ text: to.text }));
    this.install(Order, this.#order);
  }

  protected override exited(pid: PID): void {
    this.#say(`exited ${pid.id}`);
  }

  protected override finalize(): void {
    this.#say(`finalized ${this.pid.id}`);
  }

  #double({ number }: BodyOf<typeof Double>): { readonly number: number } {
    if (number === 13) throw new Failure('13 is unlucky', 'UNLUCKY');
    return { number: number * 2 };
  }

  #wait(): Future<object> {
    const never = new Promised<object>();
    never.onDiscard(() => {
      this.#givenUp += 1;
      never.discarded();
    });
    return never;
  }

  #order({ what, argument }: BodyOf<typeof Order>, from: PID): void | Promise<void> {
    this.#master = from;
    switch (what) {
      case 'link':
        return this.link(this.#pidOf(argument));
      case 'tell':
        return this.send(this.#pidOf(argument), Note, { text: `from ${this.pid.id}` });
      case 'double':
        return this.#askDouble(this.#pidOf(argument));
      case 'murmur':
        return this.#murmur(this.#pidOf(argument));
      case 'remember':
        return undefined;
      case 'spawn':
        return this.#spawn(argument);
      case 'count ids':
        return this.#say(`spawned ${this.spawn(new Puppet(ID.generate(argument))).pid.id}`);
      case 'flood':
        for (let n = 0; n < Number(argument); n++) this.send(from, Note, { text: String(n) });
        return undefined;
      case 'log':
        return this.log.warn({ error: new Error('boom') }, argument);
      case 'count':
        return this.runtime.metrics.count(argument);
      case 'throw':
        throw new Error(argument);
      case 'crash':
        // What no actor catches ends the thread.
        process.nextTick(() => {
          throw new Error(argument);
        });
        return undefined;
      case 'hang':
        return hang();
      case 'hoard':
        return hoard();
      default:
        return this.terminate();
    }
  }

  async #askDouble(to: PID): Promise<void> {
    const answer = this.ask(to, Double, { number: 21 });
    await this.turn(Future.await([answer]));
    this.#say(answer.state === 'ready' ? `doubled ${answer.value.number}` : `double failed: ${codeOf(answer.error)}`);
  }

  async #murmur(to: PID): Promise<void> {
    const { text } = await this.turn(this.ask(to, Murmur, { to: { text: 'psst' } }));
    this.#say(`murmured back: ${text}`);
  }

  #spawn(id: string): void {
    try {
      this.spawn(new Puppet(id));
      this.#say(`spawned ${id}`);
    } catch (error) {
      this.#say(`spawn failed: ${codeOf(error)}`);
    }
  }

  #say(text: string): void {
    this.send(this.#master, Note, { text });
  }

  #pidOf(text: string): PID {
    return text.includes('@') ? PID.parse(text) : this.runtime.address.pid(text);
  }
}

/** Routes of every kind. */
export class Web extends Process {
  readonly #streams: PipeWriter[] = [];
  #closed = 0;

  protected override initialize(): void {
    this.route('/hello', {}, ({ path, headers }) => http.ok(`hello ${path} ${headers['x-test'] ?? ''}`));
    this.route('/echo', {}, ({ body }) => http.ok(Buffer.from(body).toString('latin1')));
    this.route('/size', { streaming: true }, request => this.#size(request));
    this.route('/bytes', {}, request => ({
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(Number(http.queryOf(request).get('n'))).fill(7),
      reader: null,
    }));
    this.route('/stream', { streaming: true }, () => this.#stream());
    this.route('/closed', {}, () => http.ok(String(this.#closed)));
    this.route('/secret', { realm: 'secrets' }, (_request, principal) => http.ok(`for ${principal?.value}`));
    this.route('/never', {}, () => new Promised<http.Response>());
  }

  async #size({ reader }: http.Request): Promise<http.Response> {
    let size = 0;
    for (let piece = await reader?.read(); piece !== undefined && piece.length > 0; piece = await reader?.read()) {
      size += piece.length;
    }
    return http.ok(String(size));
  }

  /** Two pieces, then nothing until somebody ends it. */
  #stream(): http.Response {
    const { reader, writer } = new Pipe();
    writer.write('one,');
    writer.write('two');
    this.#streams.push(writer);
    writer.readerClosed().onReady(() => {
      this.#closed += 1;
    });
    return { status: 200, headers: {}, body: '', reader };
  }
}

/** What is at home in a thread, or on a node. */
export function boot(runtime: Runtime, ids: readonly string[]): void {
  for (const id of ids) runtime.spawn(id.startsWith('web') ? new Web(id) : new Puppet(id));
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : String(error);
}

function hoard(): never {
  for (const all: unknown[] = []; ; ) all.push(new Array(1_000).fill(all.length));
}

function hang(): never {
  for (;;);
}
