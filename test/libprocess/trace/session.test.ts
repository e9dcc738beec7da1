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
  const reader = { isSlow: false };
  const session = new Session({ runtime, control: null, loop: new LoopDelay(), peers: () => [] }, report => {
    if (reader.isSlow) return false;
    reports.push(report);
    return true;
  });
  const portions = () => reports.flatMap(report => ('events' in report ? [report] : []));
  return { talker, session, reader, portions, runtime };
}

test('a viewer that reads slowly loses events, and hears how many, once it can', async () => {
  const { talker, session, reader, portions } = start();
  session.obey({ do: 'start' });
  reader.isSlow = true;
  await talker.talk(9);
  await settle();
  session.flush();
  expect(portions()).toEqual([]);
  reader.isSlow = false;
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
