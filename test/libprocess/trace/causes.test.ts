import { afterEach, expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { Process, Promised, Runtime } from '../../../libprocess/index.ts';
import { Tracing } from '../../../libprocess/trace/tracing.ts';
import { eventsOf, plant } from '../../../libprocess/trace.ts';

class Shop extends Process {
  readonly delivery = new Promised<string>();

  async order(item: string): Promise<string> {
    this.delay(1_000, this.remind, item);
    return `${item} by ${await this.turn(this.delivery)}`;
  }

  async nap(): Promise<void> {
    await this.turn(this.sleep(500));
    this.yawn();
  }

  callback(): () => void {
    return this.defer(this.yawn);
  }

  remind(_item: string): void {}

  yawn(): void {}
}

/** All that can run has run. */
const settle = (): Promise<void> => new Promise(setImmediate);

// A test that ends inside a turn would begin the next one there.
afterEach(settle);

function start() {
  const clock = PausableClock.paused();
  const runtime = Runtime.local({ clock });
  const tracing = new Tracing(runtime);
  const shop = runtime.spawn(new Shop('shop'));
  const recorder = tracing.start({});
  const events = () =>
    Array.from({ length: recorder.recorded }, (_, index) => recorder.event(index, false)).filter(
      event => event !== null,
    );
  /** `kind name` of each event, with that of its cause. */
  const chains = () => {
    const all = events();
    const nameOf = (id: string | null) => all.find(event => event.id === id)?.name ?? null;
    return all.map(({ kind, name, cause }) => `${kind} ${name} ← ${nameOf(cause)}`);
  };
  return { clock, runtime, shop, events, chains, tracing };
}

test('what was awaited resumes as a consequence of the turn that awaited, where nobody’s turn completed it', async () => {
  const { shop, runtime, chains } = start();
  const ordered = shop.order('tea');
  await settle();
  const actor = runtime.process('shop') as Shop;
  actor.delivery.set('noon');
  expect(await ordered).toBe('tea by noon');
  expect(chains()).toEqual(['dispatch Shop.order ← null', 'resume resume ← Shop.order']);
});

test('a timer knows the turn that set it, and is a root of its own tree', async () => {
  const { shop, clock, chains, events } = start();
  shop.order('tea').ignore();
  await settle();
  clock.advance(1_000);
  await settle();
  expect(chains()).toContain('timer remind ← Shop.order');
  expect(plant(events()).map(({ event }) => event.name)).toEqual(['Shop.order', 'remind']);
});

test('a turn that slept was caused by time alone', async () => {
  const { shop, clock, chains } = start();
  const napped = shop.nap();
  await settle();
  clock.advance(500);
  await napped;
  expect(chains()).toEqual(['dispatch Shop.nap ← null', 'resume resume ← null']);
});

test('a deferred callback was caused by the turn that made it', async () => {
  const { shop, chains } = start();
  const call = await shop.callback();
  call();
  await settle();
  expect(chains()).toEqual(['dispatch Shop.callback ← null', 'dispatch yawn ← Shop.callback']);
});

test('a turn ends when what it awaits at once is over', async () => {
  const { shop, events, tracing } = start();
  tracing.start({ times: 'turn' });
  shop.order('tea').ignore();
  await settle();
  expect(events().every(({ ended }) => ended !== null)).toBe(true);
  expect([...plant(events())].flatMap(root => [...eventsOf(root)])).toHaveLength(events().length);
});

test('once it is off nothing more is recorded, and what was stays', async () => {
  const { shop, tracing } = start();
  await shop.callback();
  tracing.stop();
  await shop.callback();
  expect(tracing.status()).toMatchObject({ on: false, recorded: 1 });
  expect(tracing.recorder?.event(0, false)?.name).toBe('Shop.callback');
});

test.each([{ sample: 0 }, { size: 1.5 }, { times: 'never' }, { actors: 'master' }, { names: [7] }])(
  'settings that make no sense are refused: %j',
  settings => {
    const { tracing } = start();
    expect(() => tracing.start(settings as never)).toThrow(`trace setting '${Object.keys(settings)[0]}' must be`);
  },
);
