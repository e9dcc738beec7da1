/**
 * The algebra of futures: random trees of combinators, completed, discarded and abandoned in random order, against a
 * small model of contract/libprocess.md §2. Besides, the facts that a tree cannot show.
 */
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { setCurrentClock } from '../../libprocess/current.ts';
import { Failure, Future, PausableClock, Promised } from '../../libprocess/index.ts';

type State = 'pending' | 'ready' | 'failed' | 'discarded';
type Given = State | 'abandoned';

/** What a continuation does: it returns a value, throws, or returns a future that was there before. */
type Step = { readonly returns: number } | { readonly throws: string } | { readonly follows: Tree };

type Tree =
  | { readonly kind: 'leaf'; readonly given: Given; readonly obeys: boolean }
  | { readonly kind: 'then' | 'repair' | 'recover'; readonly of: [Tree]; readonly step: Step }
  | { readonly kind: 'after'; readonly of: [Tree]; readonly step: Step; readonly ms: number }
  | { readonly kind: 'undiscardable' | 'associate'; readonly of: [Tree] }
  | { readonly kind: 'collect' | 'await' | 'select'; readonly of: Tree[] };

type Deed =
  | { readonly what: 'set' | 'fail' | 'discarded' | 'abandon'; readonly leaf: number }
  | { readonly what: 'discard'; readonly node: number }
  | { readonly what: 'advance'; readonly ms: number };

const BAD = new Failure('bad', 'BAD');

let clock: PausableClock;

beforeEach(() => {
  clock = PausableClock.paused();
  setCurrentClock(clock);
});

test('any tree of combinators comes to what the model says, after each deed', () => {
  fc.assert(
    fc.property(trees(), fc.array(deeds(), { maxLength: 12 }), (tree, plan) => {
      clock = PausableClock.paused();
      setCurrentClock(clock);
      const [real, model] = [new Real(), new Model()];
      real.build(tree);
      model.build(tree);
      expect(real.shown()).toEqual(model.shown());
      for (const deed of plan) {
        real.do(deed);
        model.do(deed);
        expect(real.shown(), JSON.stringify(deed)).toEqual(model.shown());
      }
      expect(real.wrongCallbacks()).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('a request to discard does not hit the recovery even where the source gives up at once', () => {
  const [source, mending] = [new Promised<number>(), new Promised<number>()];
  source.onDiscard(() => source.discarded());
  const derived = source.recover(() => mending);
  derived.discard();
  expect([source.state, mending.discardRequested, derived.discardRequested]).toEqual(['discarded', false, false]);
  expect([derived.discard(), mending.discardRequested]).toEqual([true, true]);
});

test('a callback is called once, though the future was asked to be discarded before and after a recovery', () => {
  const source = new Promised<number>();
  let asked = 0;
  const derived = source.recover(() => new Promised<number>()).onDiscard(() => asked++);
  derived.discard();
  source.discarded();
  derived.discard();
  expect(asked).toBe(1);
});

test.each(['onDiscard', 'onAbandoned'] as const)('an %s that is registered by another is called once', name => {
  const promised = new Promised<number>();
  let calls = 0;
  promised[name](() => promised[name](() => calls++));
  promised.abandon();
  promised.discard();
  expect(calls).toBe(1);
});

test.each(['collect', 'await', 'select'] as const)(
  'a discarded %s is discarded though its parts give up at once',
  kind => {
    const parts = [1, 2].map(() => {
      const part = new Promised<number>();
      return part.onDiscard(() => part.discarded());
    });
    const gather: (futures: Future<number>[]) => Future<unknown> = Future[kind];
    const all = gather(parts);
    const asked = parts.map(part => part.discardRequested);
    all.onDiscarded(() => asked.splice(0, 2, ...parts.map(part => part.discardRequested)));
    all.discard();
    expect([all.state, ...asked]).toEqual(['discarded', true, true]);
  },
);

test('a collected tuple keeps the type of each place', () => {
  const [text, count] = Future.collect([Future.ready('a'), Future.ready(1)]).value;
  expect([text.length, count.toFixed(1)]).toEqual([1, '1.0']);
});

test('associating hands over the right to complete, once', () => {
  const [promised, other] = [new Promised<number>(), new Promised<number>()];
  promised.discard();
  expect([promised.associate(other), other.discardRequested]).toEqual([true, true]);
  expect([
    promised.associate(other),
    promised.set(1),
    promised.fail(BAD),
    promised.discarded(),
    promised.abandon(),
  ]).toEqual([false, false, false, false, false]);
  other.abandon();
  expect(String(promised)).toBe('Abandoned (with discard)');
});

test.each([
  ['PENDING', (_future: Promised<number>) => {}],
  ['PENDING (with discard)', (future: Promised<number>) => future.discard()],
  ['READY', (future: Promised<number>) => future.set(1)],
  ['FAILED: bad', (future: Promised<number>) => future.fail(BAD)],
  ['DISCARDED', (future: Promised<number>) => future.discarded()],
  ['Abandoned', (future: Promised<number>) => future.abandon()],
] as const)('a future prints as %s', (text, deed) => {
  const future = new Promised<number>();
  deed(future);
  expect(String(future)).toBe(text);
});

test('the value of a future that is not ready is no value', () => {
  expect(() => Future.failed(BAD).value).toThrow('future is FAILED: bad, not READY');
});

test('after fires though a discard was requested, and passes the request on', () => {
  const promised = new Promised<string>();
  const derived = promised.after(10, () => 'late');
  derived.discard();
  clock.advance(10);
  expect([promised.discardRequested, derived.value]).toEqual([true, 'late']);
});

test('after fires no more once its future is done', () => {
  const promised = new Promised<string>();
  promised.after(10, () => 'late');
  promised.set('in time');
  expect(clock.nextDue).toBe(Infinity);
});

test('an answer that comes too late fails with the code, and its work is asked to be given up', () => {
  const promised = new Promised<string>();
  const limited = promised.orFailAfter(10, 'TOO_LATE').ignore();
  clock.advance(10);
  expect([promised.discardRequested, limited.error]).toEqual([true, expect.objectContaining({ code: 'TOO_LATE' })]);
});

test('an AbortSignal discards a future, and is let go once the future is done', () => {
  const controller = new AbortController();
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  const [open, done] = [new Promised<number>(), new Promised<number>()];
  for (const future of [open, done]) future.discardOn(controller.signal);
  done.set(1);
  expect(removed).toHaveBeenCalledTimes(1);
  controller.abort();
  expect([open.discardRequested, done.discardRequested]).toEqual([true, false]);
  expect(new Promised<number>().discardOn(controller.signal).discardRequested).toBe(true);
});

test('a future made of an AbortSignal is ready with its reason', () => {
  const controller = new AbortController();
  const [aborted, given] = [Future.aborted(controller.signal), Future.aborted(controller.signal)];
  given.discard();
  controller.abort('enough');
  expect([aborted.value, given.state, Future.aborted(controller.signal).value]).toEqual([
    'enough',
    'discarded',
    'enough',
  ]);
});

test('work that throws before it returns fails its future', () => {
  const future = Future.from<number>(() => {
    throw BAD;
  });
  expect(future.ignore().error).toBe(BAD);
});

test('a callback that throws keeps nobody from anything, and is thrown where nothing can catch it', () => {
  const thrown: unknown[] = [];
  vi.stubGlobal('queueMicrotask', (raise: () => void) => {
    try {
      raise();
    } catch (error) {
      thrown.push(error);
    }
  });
  const promised = new Promised<number>();
  const seen: string[] = [];
  promised.onReady(() => {
    throw BAD;
  });
  promised.onReady(() => seen.push('ready')).onAny(() => seen.push('any'));
  expect(promised.set(1)).toBe(true);
  vi.unstubAllGlobals();
  expect([seen, thrown]).toEqual([['ready', 'any'], [BAD]]);
});

/** The library's futures. */
class Real {
  readonly #nodes: Future<unknown>[] = [];
  readonly #leaves: Promised<unknown>[] = [];
  readonly #calls: string[][] = [];

  build(tree: Tree): Future<unknown> {
    const future = this.#make(tree);
    const calls: string[] = [];
    future
      .onAny(() => calls.push('any'))
      .onReady(() => calls.push('ready'))
      .onFailed(() => calls.push('failed'))
      .onDiscarded(() => calls.push('discarded'))
      .onDiscard(() => calls.push('discard'))
      .onAbandoned(() => calls.push('abandoned'));
    this.#nodes.push(future);
    this.#calls.push(calls);
    return future;
  }

  do(deed: Deed): void {
    if (deed.what === 'advance') clock.advance(deed.ms);
    else if (deed.what === 'discard') at(this.#nodes, deed.node)?.discard();
    else complete(at(this.#leaves, deed.leaf), deed.what);
  }

  shown(): string[] {
    return this.#nodes.map(future => `${future}${future.state === 'ready' ? ` ${show(future.value)}` : ''}`);
  }

  /** Whatever was called twice, or does not fit what became of its future. */
  wrongCallbacks(): string[] {
    return this.#nodes.flatMap((future, index) => {
      const calls = this.#calls[index] ?? [];
      const ended = calls.filter(call => call !== 'discard' && call !== 'abandoned');
      const expected = future.isPending ? [] : [future.state, 'any'];
      const fits = new Set(calls).size === calls.length && [...ended].sort().join() === [...expected].sort().join();
      return fits ? [] : [`${future}: ${calls}`];
    });
  }

  #make(tree: Tree): Future<unknown> {
    if (tree.kind === 'leaf') return this.#leaf(tree.given, tree.obeys);
    const parts = tree.of.map(part => this.build(part));
    const [of] = parts as [Future<unknown>];
    switch (tree.kind) {
      case 'collect':
        return Future.collect(parts);
      case 'await':
        return Future.await(parts);
      case 'select':
        return Future.select(parts);
      case 'undiscardable':
        return of.undiscardable();
      case 'associate': {
        const promised = new Promised<unknown>();
        promised.associate(of);
        return promised;
      }
      case 'after':
        return of.after(tree.ms, this.#step(tree.step));
      case 'then':
        return of.then(this.#step(tree.step));
      case 'repair':
        return of.repair(this.#step(tree.step));
      case 'recover':
        return of.recover(this.#step(tree.step));
    }
  }

  #leaf(given: Given, obeys: boolean): Future<unknown> {
    const promised = new Promised<unknown>();
    if (obeys) promised.onDiscard(() => promised.discarded());
    const deed = (
      { ready: 'set', failed: 'fail', discarded: 'discarded', abandoned: 'abandon', pending: null } as const
    )[given];
    if (deed !== null) complete(promised, deed);
    this.#leaves.push(promised);
    return promised;
  }

  #step(step: Step): () => unknown {
    if ('returns' in step) return () => step.returns;
    if ('follows' in step) {
      const future = this.build(step.follows);
      return () => future;
    }
    return () => {
      throw new Failure(step.throws, 'THROWN');
    };
  }
}

interface Node {
  readonly tree: Tree;
  readonly parts: Node[];
  /** What the step of this one follows, once it was called. */
  inner: Node | null;
  parent: Node | null;
  state: State;
  outcome: unknown;
  asked: boolean;
  abandoned: boolean;
  called: boolean;
}

/** The contract, as one function for each thing that a future can hear of. */
class Model {
  readonly #nodes: Node[] = [];
  readonly #leaves: Node[] = [];
  readonly #timers: { readonly due: number; readonly node: Node }[] = [];
  #now = 0;

  build(tree: Tree): Node {
    const parts = tree.kind === 'leaf' ? [] : tree.of.map(part => this.build(part));
    const inner = 'step' in tree && 'follows' in tree.step ? this.build(tree.step.follows) : null;
    const node: Node = {
      tree,
      parts,
      inner,
      parent: null,
      state: 'pending',
      outcome: undefined,
      asked: false,
      abandoned: false,
      called: false,
    };
    for (const part of parts) part.parent = node;
    if (tree.kind === 'leaf') this.#leaf(node, tree.given);
    if (tree.kind === 'after') this.#timers.push({ due: tree.ms, node });
    if ((tree.kind === 'collect' || tree.kind === 'await') && parts.length === 0) settle(node, 'ready', []);
    for (const part of parts) if (part.state !== 'pending' || part.abandoned) heard(node, part);
    this.#nodes.push(node);
    return node;
  }

  do(deed: Deed): void {
    if (deed.what === 'advance') this.#advance(deed.ms);
    else if (deed.what === 'discard') ask(at(this.#nodes, deed.node));
    else completeNode(at(this.#leaves, deed.leaf), deed.what);
  }

  shown(): string[] {
    return this.#nodes.map(showNode);
  }

  #leaf(node: Node, given: Given): void {
    this.#leaves.push(node);
    if (given === 'abandoned') abandon(node);
    else if (given !== 'pending') settle(node, given, given === 'ready' ? 1 : 'bad');
  }

  #advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(timer => timer.due <= this.#now).sort((a, b) => a.due - b.due);
    for (const timer of due) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      const { node } = timer;
      if (node.state === 'pending' && node.parts[0]?.state === 'pending') call(node);
    }
  }
}

function settle(node: Node, state: State, outcome: unknown): void {
  if (node.state !== 'pending') return;
  node.state = state;
  node.outcome = outcome;
  if (node.parent !== null) heard(node.parent, node);
}

function abandon(node: Node): void {
  if (node.state !== 'pending' || node.abandoned) return;
  node.abandoned = true;
  if (node.parent !== null) heard(node.parent, node);
}

/** A request to discard: down the tree, and no further than `undiscardable`. */
function ask(node: Node | undefined): void {
  if (node === undefined || node.state !== 'pending' || node.asked) return;
  node.asked = true;
  const { tree, parts } = node;
  if (tree.kind === 'leaf' && tree.obeys) settle(node, 'discarded', undefined);
  if (tree.kind !== 'undiscardable') for (const part of parts) ask(part);
  if (node.called && node.inner !== null) ask(node.inner);
  if (isGathering(tree)) settle(node, 'discarded', undefined);
}

/** `node` hears of the end, or the abandonment, of `other`, which it was made of or follows. */
function heard(node: Node, other: Node): void {
  if (other === node.inner) mirror(node, other);
  else if (isGathering(node.tree)) heardOfPart(node, other);
  else if (!node.called) heardOfSource(node, other);
}

function heardOfSource(node: Node, source: Node): void {
  const { kind } = node.tree;
  if (kind === 'then' && source.state === 'ready') {
    if (node.asked || source.asked) settle(node, 'discarded', undefined);
    else call(node);
  } else if (kind === 'repair' && source.state === 'failed') {
    call(node);
  } else if (kind === 'recover' && source.state !== 'ready') {
    node.asked = false;
    call(node);
  } else {
    mirror(node, source);
  }
}

function heardOfPart(node: Node, part: Node): void {
  if (node.state !== 'pending' || node.asked) return;
  const { tree, parts } = node;
  if (tree.kind === 'select') {
    if (part.state === 'ready') settle(node, 'ready', part);
  } else if (part.state === 'pending') {
    abandon(node);
  } else if (tree.kind === 'collect' && part.state !== 'ready') {
    settle(node, 'failed', `Collect failed: ${part.state === 'failed' ? part.outcome : 'future discarded'}`);
  } else if (parts.every(({ state }) => state === 'ready' || (tree.kind === 'await' && state !== 'pending'))) {
    settle(node, 'ready', tree.kind === 'await' ? parts : parts.map(({ outcome }) => outcome));
  }
}

function mirror(node: Node, other: Node): void {
  if (other.state === 'pending') abandon(node);
  else settle(node, other.state, other.outcome);
}

function call(node: Node): void {
  const { tree, inner } = node;
  if (!('step' in tree)) throw new Error(`${tree.kind} calls nothing`);
  node.called = true;
  if ('returns' in tree.step) settle(node, 'ready', tree.step.returns);
  else if ('throws' in tree.step) settle(node, 'failed', tree.step.throws);
  if (inner === null) return;
  inner.parent = node;
  if (node.asked) ask(inner);
  if (inner.state !== 'pending' || inner.abandoned) mirror(node, inner);
}

function isGathering({ kind }: Tree): boolean {
  return kind === 'collect' || kind === 'await' || kind === 'select';
}

function complete(promised: Promised<unknown> | undefined, deed: 'set' | 'fail' | 'discarded' | 'abandon'): void {
  if (deed === 'set') promised?.set(1);
  else if (deed === 'fail') promised?.fail(BAD);
  else promised?.[deed]();
}

function completeNode(leaf: Node | undefined, deed: 'set' | 'fail' | 'discarded' | 'abandon'): void {
  if (leaf === undefined) return;
  if (deed === 'abandon') abandon(leaf);
  else if (deed === 'set') settle(leaf, 'ready', 1);
  else settle(leaf, deed === 'fail' ? 'failed' : 'discarded', 'bad');
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show)}]`;
  return value instanceof Future ? `${value.state}` : String(value);
}

function showNode(node: Node): string {
  const name = node.state === 'pending' && node.abandoned ? 'Abandoned' : node.state.toUpperCase();
  const why = node.state === 'failed' ? `: ${node.outcome}` : '';
  const value = node.state === 'ready' ? ` ${showOutcome(node.outcome)}` : '';
  return `${name}${why}${node.asked ? ' (with discard)' : ''}${value}`;
}

function showOutcome(outcome: unknown): string {
  if (Array.isArray(outcome)) return `[${outcome.map(showOutcome)}]`;
  return typeof outcome === 'object' && outcome !== null ? (outcome as Node).state : String(outcome);
}

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length];
}

function trees(): fc.Arbitrary<Tree> {
  const { tree } = fc.letrec<{ tree: Tree; step: Step }>(tie => {
    const of = fc.tuple(tie('tree'));
    const step = tie('step');
    return {
      step: fc.oneof(
        { depthSize: 'small' },
        fc.record({ returns: fc.constant(2) }),
        fc.record({ throws: fc.constant('thrown') }),
        fc.record({ follows: tie('tree') }),
      ),
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.record({
          kind: fc.constant('leaf' as const),
          given: fc.constantFrom<Given>('pending', 'pending', 'pending', 'ready', 'failed', 'discarded', 'abandoned'),
          obeys: fc.boolean(),
        }),
        fc.record({ kind: fc.constantFrom('then' as const, 'repair' as const, 'recover' as const), of, step }),
        fc.record({ kind: fc.constant('after' as const), of, step, ms: fc.integer({ min: 1, max: 9 }) }),
        fc.record({ kind: fc.constantFrom('undiscardable' as const, 'associate' as const), of }),
        fc.record({
          kind: fc.constantFrom('collect' as const, 'await' as const, 'select' as const),
          of: fc.array(tie('tree'), { maxLength: 3 }),
        }),
      ),
    };
  });
  return tree;
}

function deeds(): fc.Arbitrary<Deed> {
  const which = fc.nat(30);
  return fc.oneof(
    fc.record({
      what: fc.constantFrom('set' as const, 'fail' as const, 'discarded' as const, 'abandon' as const),
      leaf: which,
    }),
    fc.record({ what: fc.constant('discard' as const), node: which }),
    fc.record({ what: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 5 }) }),
  );
}
