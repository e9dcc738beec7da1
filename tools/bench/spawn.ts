/** Actors that come and go, and what a million of them weigh. */
import { ID, Process, Runtime } from '../../libprocess/index.ts';
import type { Erlang } from './erlang.ts';
import { inRuntime, type Row, sides, WINDOW } from './in-runtime.ts';
import type { Effort, Work } from './measure.ts';
import { Plain } from './plain.ts';

export function spawnCases(effort: Effort, erlang: Erlang | null): Row[] {
  const count = effort.full ? 1_000_000 : 200_000;
  return [
    {
      name: 'spawn, terminate, seen gone',
      ...sides(
        {
          ours: spawnMany,
          plain: spawnPlain,
          plainName: 'id, map entry, message',
          erlang: erlang?.work('spawn'),
        },
        effort,
      ),
      target: { value: 0.4e6, ofLimit: 0.5 },
      original: '0.10 M/s',
    },
    {
      name: `memory of an actor, of ${count.toLocaleString('en')}`,
      unit: 'B',
      ours: () => memoryEach(count),
      limit: { name: 'id, map entry, empty queue', run: () => memoryEachPlain(count) },
      erlang: erlang === null ? undefined : async () => Number(await erlang.run('memory', count)),
      target: { value: 600 },
      runs: 3,
    },
  ];
}

class Empty extends Process {
  constructor() {
    super(ID.generate('empty'));
  }
}

const spawnMany: Work = count =>
  inRuntime(async runtime => {
    for (let left = count; left > 0; left -= WINDOW) {
      let last: PromiseLike<boolean> | null = null;
      for (let index = 0; index < WINDOW; index++) {
        const { pid } = runtime.spawn(new Empty());
        runtime.terminate(pid, false);
        last = runtime.wait(pid);
      }
      await last;
    }
  });

const spawnPlain: Work = count => {
  const actors = new Map<string, { readonly id: string }>();
  const plain = new Plain();
  plain.handlers.set('spawned', ({ n }) => {
    actors.delete(`empty(${n})`);
  });
  for (let index = 0; index < count; index++) {
    const id = `empty(${index})`;
    actors.set(id, { id });
    plain.send('spawned', { n: index });
    if (plain.queue.length === WINDOW) plain.drain();
  }
};

/** Bytes of heap that an idle actor keeps. */
async function memoryEach(count: number): Promise<number> {
  const before = heapBytes();
  const runtime = Runtime.local();
  for (let index = 0; index < count; index++) {
    runtime.spawn(new Empty());
    if (index % WINDOW === 0) await new Promise(setImmediate); // They initialize, and their first envelopes go.
  }
  await new Promise(setImmediate);
  const each = (heapBytes() - before) / count;
  runtime.kill();
  return each;
}

async function memoryEachPlain(count: number): Promise<number> {
  const before = heapBytes();
  const actors = new Map<string, { readonly id: string; readonly queue: unknown[] }>();
  for (let index = 0; index < count; index++) {
    const id = `empty(${index})`;
    actors.set(id, { id, queue: [] });
  }
  const each = (heapBytes() - before) / count;
  actors.clear();
  return each;
}

/** @throws Error when node was started without --expose-gc. */
function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('this needs node --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
