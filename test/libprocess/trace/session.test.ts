import { expect, test } from 'vitest';
import { Process, Runtime } from '../../../libprocess/index.ts';
import { LoopDelay } from '../../../libprocess/trace/loop-delay.ts';
import { EVENTS_PER_REPORT, Session } from '../../../libprocess/trace/session.ts';
import type { Report, TraceEvent } from '../../../libprocess/trace.ts';

class Talker extends Process {
  talk(times: number): void {
    for (let count = 0; count < times; count++) this.defer(this.#word)();
  }

  #word(): void {}
}

const settle = (): Promise<void> => new Promise(setImmediate);

function start() {
  const runtime = Runtime.local();
  const talker = runtime.spawn(new Talker('talker'));
  const reports: Report[] = [];
  /** Portions that it can take. */
  const reader = { room: Infinity };
  const session = new Session({ runtime, control: null, loop: new LoopDelay(), peers: () => [] }, report => {
    if ('events' in report) {
      if (reader.room < 1) return false;
      reader.room -= 1;
    }
    reports.push(report);
    return true;
  });
  const portions = () => reports.flatMap(report => ('events' in report ? [report] : []));
  return { talker, session, reader, portions, reports, runtime };
}

test('a viewer that reads slowly loses events, and hears how many, once it can', async () => {
  const { talker, session, reader, portions } = start();
  session.obey({ do: 'start' });
  reader.room = 0;
  await talker.talk(9);
  await settle();
  session.flush();
  expect(portions()).toEqual([]);
  reader.room = Infinity;
  await talker.talk(1);
  await settle();
  session.flush();
  const [portion] = portions();
  expect(portion).toMatchObject({ skipped: 10 });
  expect(portion?.events.map(({ name }: TraceEvent) => name)).toEqual(['Talker.talk', '#word']);
});

test('of more events than a report holds the newest are sent, and the others counted', async () => {
  const { talker, session, portions } = start();
  session.obey({ do: 'start' });
  await talker.talk(EVENTS_PER_REPORT + 100);
  await settle();
  session.flush();
  expect(portions()).toMatchObject([{ skipped: 101 }]);
  expect(portions()[0]?.events).toHaveLength(EVENTS_PER_REPORT);
});

test('a second viewer that only joins takes nothing from the first', async () => {
  const { talker, session, portions, runtime } = start();
  session.obey({ do: 'start', names: ['Talker.talk'] });
  const recorder = runtime.tracing.recorder;
  const second = new Session({ runtime, control: null, loop: new LoopDelay(), peers: () => [] }, () => true);
  second.obey({ do: 'start' });
  expect(runtime.tracing.recorder).toBe(recorder);
  second.obey({ do: 'start', sample: 1 });
  await talker.talk(1);
  await settle();
  session.flush();
  expect(portions()[0]?.events.map(({ name }) => name)).toContain('#word');
});

test('all of the past comes to a viewer that reads slowly, and then the answer', async () => {
  const { talker, session, reader, portions, reports } = start();
  session.obey({ do: 'start' });
  await talker.talk(EVENTS_PER_REPORT * 3);
  await settle();
  reader.room = 1;
  session.obey({ do: 'history', limit: 100_000, number: 7 });
  expect(portions()).toHaveLength(1);
  const answers = () => reports.filter(report => 'answer' in report);
  expect(answers()).toEqual([]);
  for (let round = 0; round < 10; round++) {
    reader.room = 1;
    session.flush();
  }
  const count = EVENTS_PER_REPORT * 3 + 1;
  expect(answers()).toMatchObject([{ answer: 7, value: count }]);
  const past = portions().flatMap(({ events }) => events.map(({ id }) => id));
  expect(new Set(past).size).toBe(count);
  expect(reports.findIndex(report => 'answer' in report)).toBeGreaterThan(3);
});

test('what was written over before a slow viewer came to it is counted', async () => {
  const { talker, session, reader, portions } = start();
  session.obey({ do: 'start', size: 4_096 });
  await talker.talk(4_095);
  await settle();
  reader.room = 1;
  session.obey({ do: 'history', limit: 4_096, number: 1 });
  reader.room = 0;
  await talker.talk(4_095);
  await settle();
  reader.room = Infinity;
  session.flush();
  const told = portions().map(({ events, skipped }) => [events.length, skipped]);
  expect(told.slice(0, 3)).toEqual([
    [2_000, 0],
    [2_000, 0],
    [0, 96],
  ]);
});
