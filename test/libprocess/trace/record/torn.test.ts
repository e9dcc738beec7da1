import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Process } from '../../../../libprocess/process.ts';
import type { Runtime } from '../../../../libprocess/runtime.ts';
import { decodeRecording } from '../../../../libprocess/trace/record/batch.ts';
import { Recording } from '../../../../libprocess/trace/record/recording.ts';
import { record, replay, temporaryFile } from './small.ts';

class Counter extends Process {
  readonly seen: number[] = [];

  constructor() {
    super('counter');
  }

  protected override initialize(): void {
    this.#count(1);
  }

  #count(number: number): void {
    this.seen.push(this.random.next());
    this.delay(100, this.#count, number + 1);
  }
}

async function counted(ms: number) {
  const counters: Counter[] = [];
  const boot = (runtime: Runtime): void => {
    const counter = new Counter();
    counters.push(counter);
    runtime.spawn(counter);
  };
  const live = await record(boot);
  await live.advance(ms);
  await live.end();
  return { bytes: readFileSync(live.path), counters, boot, path: live.path };
}

test('a recording that is cut at any byte is replayed up to its last whole record', async () => {
  const { bytes, counters, boot } = await counted(1_000);
  const [whole] = counters;
  const { batches } = decodeRecording(bytes);
  let longest = 0;
  for (let length = 0; length < bytes.length; length++) {
    const part = bytes.subarray(0, length);
    if (longest === 0 && !isReadable(part)) continue;
    const recorded = decodeRecording(part);
    expect(recorded.batches).toEqual(batches.slice(0, recorded.batches.length));
    if (recorded.batches.length === longest) continue;
    longest = recorded.batches.length;
    const { differences } = await replay(recorded, boot);
    expect(differences).toEqual([]);
    const seen = counters.at(-1)?.seen ?? [];
    expect(seen).toEqual(whole?.seen.slice(0, seen.length));
  }
  expect(longest).toBe(batches.length - 1);
});

function isReadable(bytes: Buffer): boolean {
  try {
    decodeRecording(bytes);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'NOT_A_RECORDING' });
    return false;
  }
}

test('a record with a wrong byte ends the recording before it', async () => {
  const { bytes } = await counted(1_000);
  const { batches } = decodeRecording(bytes);
  const damaged = Buffer.from(bytes);
  const place = bytes.length - 3;
  damaged[place] = (damaged[place] ?? 0) ^ 0xff;
  const recorded = decodeRecording(damaged);
  expect(recorded.batches).toEqual(batches.slice(0, -1));
  expect(recorded.torn).toBeGreaterThan(0);
});

test('a recording is for its owner alone', async () => {
  const { path } = await counted(100);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an earlier run is kept beside the new one, and never cut', async () => {
  const path = temporaryFile();
  writeFileSync(path, 'earlier');
  writeFileSync(`${path}.1`, 'before that');
  await new Recording({ path, program: { name: 'test' } }).close();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('earlier');
  expect(readFileSync(`${path}.2`, 'utf8')).toBe('before that');
});

test('a run that has filled its file goes on, and what was recorded is replayed', async () => {
  const counters: Counter[] = [];
  const boot = (runtime: Runtime): void => {
    counters.push(new Counter());
    runtime.spawn(counters.at(-1) as Counter);
  };
  const live = await record(boot, {}, 1_000);
  await live.advance(10_000);
  expect(counters[0]?.seen).toHaveLength(101);
  const recorded = await live.end();
  expect(statSync(live.path).size).toBeLessThanOrEqual(1_000);
  expect((await replay(recorded, boot)).differences).toEqual([]);
  expect(counters[1]?.seen).toEqual(counters[0]?.seen.slice(0, counters[1]?.seen.length));
});
