/** What actors say to one another, and in which order: contract/libprocess.md §1.2, one fact each. */
import { expect, test } from 'vitest';
import {
  advance,
  async,
  type BodyOf,
  Failure,
  int32,
  type LogLevel,
  logger,
  message,
  PausableClock,
  PID,
  Process,
  Promised,
  Runtime,
  req,
  request,
  SeededRandom,
  settle,
  struct,
} from '../../libprocess/index.ts';

const Note = message('test.messages.Note', { n: req(1, int32) });
const Other = message('test.messages.Other', { n: req(1, int32) });
const Double = request(
  'test.messages.Double',
  { n: req(1, int32) },
  struct('test.messages.Doubled', { n: req(1, int32) }),
);

class Sink extends Process {
  readonly got: string[] = [];

  call(n: number): void {
    this.got.push(`call ${n}`);
  }

  protected override initialize(): void {
    this.serve({ Note, Double }, { Note: this.#note, Double: this.#double });
  }

  #note({ n }: BodyOf<typeof Note>, from: PID): void {
    this.got.push(`note ${n} of ${from.id || 'nobody'}`);
  }

  #double({ n }: BodyOf<typeof Double>): { readonly n: number } {
    return { n: n * 2 };
  }
}

class Source extends Process {
  tell(to: PID, n: number): void {
    this.send(to, Note, { n });
  }

  tellOther(to: PID, n: number): void {
    this.send(to, Other, { n });
  }

  asks(to: PID, n: number): Promise<{ readonly n: number }> {
    return this.turn(this.ask(to, Double, { n }));
  }
}

test('what one actor says to another arrives in order, be it messages, calls, timers or deferred calls', async () => {
  const { runtime, clock } = start();
  const random = new SeededRandom(7);
  const said: number[] = [];
  const got: number[] = [];
  class Mixed extends Process {
    says(count: number): void {
      for (let n = 0; n < count; n++) this.#say(n);
    }
    heard(n: number): void {
      got.push(n);
    }
    protected override initialize(): void {
      this.install(Note, ({ n }) => this.heard(n));
    }
    #say(n: number): void {
      said.push(n);
      const way = random.between(0, 2);
      if (way === 0) this.send(this.pid, Note, { n });
      else if (way === 1) self.heard(n).ignore();
      else this.defer(this.heard)(n).ignore();
    }
  }
  const self = runtime.spawn(new Mixed('mixed'));
  self.says(200).ignore();
  await advance(clock, 0);
  expect(got).toEqual(said);
});

test('timers that are due together come in the order in which they were set, among what is queued', async () => {
  const { runtime, clock } = start();
  const got: string[] = [];
  class Timed extends Process {
    begin(): void {
      for (const name of ['a', 'b']) this.delay(10, this.#ring, name);
    }
    #ring(name: string): void {
      got.push(name);
      this.defer(() => {
        got.push(`after ${name}`);
      })();
    }
  }
  runtime.spawn(new Timed('timed')).begin().ignore();
  await settle();
  clock.advance(10);
  await settle();
  expect(got).toEqual(['a', 'b', 'after a', 'after b']);
});

test('a message to nobody, or of a name that its receiver does not know, is dropped and counted', async () => {
  const { runtime, lines } = start();
  const sink = new Sink('sink');
  const { pid } = runtime.spawn(sink);
  const source = runtime.spawn(new Source('source'));
  source.tell(runtime.address.pid('nobody'), 1).ignore();
  source.tell(PID.none, 2).ignore();
  source.tellOther(pid, 3).ignore();
  await settle();
  const snapshot = await runtime.metrics.snapshot();
  expect([sink.got, lines, snapshot['libprocess/dropped_envelopes']]).toEqual([[], [], 3]);
});

test.each([
  ['a handler', true, ['note 1 of source'], []],
  ['no handler', false, [], ['note 1 of source']],
])('with %s, a message that is delegated as well goes where it should', async (_what, handles, own, delegated) => {
  const { runtime } = start();
  const expert = new Sink('expert');
  const expertPid = runtime.spawn(expert).pid;
  const got: string[] = [];
  class Front extends Process {
    protected override initialize(): void {
      this.delegate(Note, expertPid);
      if (handles) this.install(Note, ({ n }, from) => void got.push(`note ${n} of ${from.id}`));
    }
  }
  const front = runtime.spawn(new Front('front'));
  runtime.spawn(new Source('source')).tell(front.pid, 1).ignore();
  await settle();
  expect([got, expert.got]).toEqual([own, delegated]);
});

test('a handler that is installed anew replaces the one before', async () => {
  const { runtime } = start();
  const got: string[] = [];
  class Twice extends Process {
    protected override initialize(): void {
      this.install(Note, () => void got.push('old'));
      this.install(Note, () => void got.push('new'));
    }
  }
  const twice = runtime.spawn(new Twice('twice'));
  runtime.post('message', Note, twice.pid, runtime.outside, { n: 1 }, null, null);
  await settle();
  expect(got).toEqual(['new']);
});

test('a question may be answered at once, later, or by a future', async () => {
  const { runtime, clock } = start();
  class Answers extends Process {
    protected override initialize(): void {
      this.install(Double, ({ n }) => {
        if (n === 1) return { n: 2 };
        return n === 2 ? this.#later() : async(() => ({ n: 6 }), runtime);
      });
    }
    async #later(): Promise<{ readonly n: number }> {
      await this.turn(this.sleep(0));
      return { n: 4 };
    }
  }
  const answers = runtime.spawn(new Answers('answers'));
  const source = runtime.spawn(new Source('source'));
  const doubled = [1, 2, 3].map(n => source.asks(answers.pid, n));
  await advance(clock, 0);
  expect(doubled.map(({ value }) => value)).toEqual([{ n: 2 }, { n: 4 }, { n: 6 }]);
});

test('a dispatch gives what the method gives, nothing for nothing, and follows a future', async () => {
  const { runtime } = start();
  const inner = new Promised<string>();
  class Methods extends Process {
    nothing(): void {}
    text(): string {
      return 'text';
    }
    followed(): Promised<string> {
      return inner;
    }
  }
  const ref = runtime.spawn(new Methods('methods'));
  const [nothing, text, followed] = [ref.nothing(), ref.text(), ref.followed()];
  followed.discard();
  await settle();
  expect([nothing.value, text.value, inner.discardRequested]).toEqual([undefined, 'text', true]);
  inner.discarded();
  expect(followed.state).toBe('discarded');
});

test('a deferred call runs as a turn of its actor, and gives what it returns', async () => {
  const { runtime } = start();
  let deferred: ((n: number) => unknown) | undefined;
  class Deferring extends Process {
    readonly told: number[] = [];
    begin(): void {
      deferred = this.defer((n: number) => {
        this.send(this.pid, Note, { n });
        if (n < 0) throw new Failure('negative', 'NEGATIVE');
        return n + 1;
      });
    }
    protected override initialize(): void {
      this.install(Note, ({ n }) => void this.told.push(n));
    }
  }
  const actor = new Deferring('deferring');
  const ref = runtime.spawn(actor);
  await ref.begin();
  expect(await deferred?.(1)).toBe(2);
  await expect(deferred?.(-1)).rejects.toMatchObject({ code: 'NEGATIVE' });
  await settle();
  expect(actor.told).toEqual([1, -1]);
  runtime.terminate(ref.pid);
  await settle();
  await expect(deferred?.(1)).rejects.toMatchObject({ code: 'TERMINATED' });
});

test('a timer is cancelled once, and with its actor', async () => {
  const { runtime, clock } = start();
  const got: string[] = [];
  class Timed extends Process {
    begin(): boolean[] {
      const timer = this.delay(10, () => void got.push('cancelled'));
      this.delay(10, () => void got.push('of the dead'));
      return [timer.cancel(), timer.cancel()];
    }
  }
  const ref = runtime.spawn(new Timed('timed'));
  const begun = ref.begin();
  await settle();
  runtime.terminate(ref.pid);
  await advance(clock, 10);
  expect([begun.value, got, clock.nextDue]).toEqual([[true, false], [], Infinity]);
});

test('a sleep that is discarded lets its timer go', async () => {
  const { runtime, clock } = start();
  class Sleepy extends Process {
    sleeps(): void {
      this.sleep(1_000).discard();
    }
  }
  await runtime.spawn(new Sleepy('sleepy')).sleeps();
  expect(clock.nextDue).toBe(Infinity);
});

function start() {
  const lines: string[] = [];
  const clock = PausableClock.paused();
  const log = logger((level: LogLevel, text) => lines.push(`${level} ${text}`));
  return { runtime: Runtime.local({ log, clock, died: () => {} }), clock, lines };
}
