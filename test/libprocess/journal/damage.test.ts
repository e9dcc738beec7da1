/** Damage: whatever is done to one byte of a journal, it gives back a prefix or refuses; never a hole. */
import { expect, test } from 'vitest';
import { Failure, Future } from '../../../libprocess/index.ts';
import { HEADER_BYTES, scan } from '../../../libprocess/journal/record.ts';
import { bytes, FOLDER, Scene } from './scene.ts';

const RECORDS = 500;

interface Whole {
  readonly scene: Scene;
  readonly names: readonly string[];
  readonly files: Map<string, Uint8Array>;
  /** For each file, the number of the last record that lies whole before each of its bytes. */
  readonly safeBefore: Map<string, number[]>;
}

test('flipping any one bit of any byte loses nothing in silence', { timeout: 120_000 }, async () => {
  const whole = await journalOf(RECORDS);
  for (const [name, offset] of everyByte(whole)) {
    const bit = 1 << (offset % 8);
    const outcome = await reopen(whole, name, file => file.map((byte, at) => (at === offset ? byte ^ bit : byte)));
    expect(outcome, `${name} at ${offset}`).toSatisfy(all => all === 'refused' || all === RECORDS);
  }
});

test('cutting a file at any byte leaves a prefix with all that lay before, or is refused', {
  timeout: 120_000,
}, async () => {
  const whole = await journalOf(RECORDS);
  for (const [name, offset] of everyByte(whole)) {
    const outcome = await reopen(whole, name, file => file.slice(0, offset));
    if (outcome === 'refused') expect(name).not.toBe(whole.names.at(-1));
    else expect(outcome, `${name} at ${offset}`).toBe(whole.safeBefore.get(name)?.[offset]);
  }
});

test('taking one byte out loses nothing in silence', { timeout: 120_000 }, async () => {
  const whole = await journalOf(RECORDS);
  for (const [name, offset] of everyByte(whole, 5)) {
    const outcome = await reopen(whole, name, file => file.filter((_, at) => at !== offset));
    expect(outcome, `${name} at ${offset}`).toSatisfy(all => all === 'refused' || all === RECORDS);
  }
});

test('a segment that is gone is refused, and a last one that is gone leaves a prefix', async () => {
  const whole = await journalOf(RECORDS);
  for (const name of whole.names.slice(0, -1)) expect(await reopen(whole, name, () => null)).toBe('refused');
  expect(await reopen(whole, whole.names.at(-1) ?? '', () => null)).toBeGreaterThan(0);
});

test('the refusal names the file, the offset and what to do', async () => {
  const { scene, names, files } = await journalOf(20);
  const [name = ''] = names;
  const damaged = Uint8Array.from(files.get(name) ?? []);
  damaged[HEADER_BYTES] = 0xff;
  await scene.done(scene.disk.write(`${FOLDER}/${name}`, damaged));
  await expect(scene.open()).rejects.toMatchObject({
    code: 'JOURNAL_CORRUPT',
    message: expect.stringMatching(
      /^\/journal\/0{19}1\.journal is damaged at offset 0: record 1 is not whole.*Restore its folder from a copy/,
    ),
  });
  expect((await scene.files()).get(name)).toEqual(damaged);
});

test('a damaged snapshot is refused', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('a')));
  await scene.done(journal.snapshot(bytes('state')));
  await scene.done(journal.close());
  const path = `${FOLDER}/00000000000000000001.snapshot`;
  const file = (await scene.files()).get('00000000000000000001.snapshot') ?? new Uint8Array();
  for (let offset = 0; offset < file.length; offset++) {
    const flipped = file.map((byte, at) => (at === offset ? byte ^ 1 : byte));
    await scene.done(scene.disk.write(path, flipped));
    await expect(scene.open()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  }
});

test('records that a snapshot covers and that are gone are refused', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  for (const each of ['a', 'b']) await scene.done(journal.append(bytes(each)));
  await scene.done(journal.snapshot(bytes('ab')));
  await scene.done(journal.close());
  await scene.done(scene.disk.truncate(`${FOLDER}/00000000000000000001.journal`, HEADER_BYTES + 1));
  await expect(scene.open()).rejects.toThrow('it ends at record 1, though the snapshot covers 2');
});

test('of a write that was never durable, what lies behind a torn record is cut too', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  // The first is a batch of its own; the others come while it is under way, and share one.
  await scene.done(Future.collect(['safe', 'b', 'c', 'd'].map(each => journal.append(bytes(each)))));
  await scene.idle();
  const [[name = '', file = new Uint8Array()] = []] = await scene.files();
  // The disk kept the second and the third record of the batch, and lost the first and the mark.
  const lost = file.length - HEADER_BYTES - 3 * (HEADER_BYTES + 1);
  const torn = file.slice(0, -HEADER_BYTES).fill(0, lost, lost + HEADER_BYTES);
  await scene.done(scene.disk.write(`${FOLDER}/${name}`, torn));
  const again = await scene.open();
  expect(again.replayed).toEqual(['safe']);
  expect(await scene.done(again.journal.append(bytes('new')))).toBe(2);
  await scene.done(again.journal.close());
  expect((await scene.open()).replayed).toEqual(['safe', 'new']);
});

test('damage in what was durable is refused, also when the crash came before the mark', async () => {
  const scene = new Scene();
  const { journal } = await scene.open();
  await scene.done(Future.collect(['safe', 'b', 'c'].map(each => journal.append(bytes(each)))));
  await scene.idle();
  const [[name = '', file = new Uint8Array()] = []] = await scene.files();
  const damaged = file.slice(0, -HEADER_BYTES);
  damaged[HEADER_BYTES] = 0xff;
  await scene.done(scene.disk.write(`${FOLDER}/${name}`, damaged));
  await expect(scene.open()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
});

/** A journal over several segments, with batches of various sizes, closed in order. */
async function journalOf(count: number): Promise<Whole> {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 3_000 });
  for (let n = 1; n <= count; n++) {
    const appended = journal.append(bytes(n), { sync: n % 3 === 0 });
    if (n % 7 === 0) await scene.done(appended);
    if (n % 50 === 0) await scene.idle();
  }
  await scene.done(journal.close());
  const files = await scene.files();
  const safeBefore = new Map([...files].map(([name, file]) => [name, safeIn(name, file)]));
  return { scene, names: [...files.keys()], files, safeBefore };
}

function safeIn(name: string, file: Uint8Array): number[] {
  const first = Number(name.slice(0, 20));
  return Array.from(file, (_, offset) => scan(Buffer.from(file.subarray(0, offset)), first).next - 1);
}

function* everyByte({ files }: Whole, stride = 1): Generator<[string, number]> {
  for (const [name, file] of files) for (let offset = 0; offset < file.length; offset += stride) yield [name, offset];
}

/** How many records come back, all of them right, when `change` was done to one file. */
async function reopen(
  { scene, files, names }: Whole,
  name: string,
  change: (file: Uint8Array) => Uint8Array | null,
): Promise<number | 'refused'> {
  const changed = change(files.get(name) ?? new Uint8Array());
  if (changed === null) await scene.done(scene.disk.remove(`${FOLDER}/${name}`));
  else await scene.done(scene.disk.write(`${FOLDER}/${name}`, changed));
  const outcome = await attempt(scene);
  // Opening may have cut the last file, too.
  for (const each of new Set([name, names.at(-1) ?? ''])) {
    await scene.done(scene.disk.write(`${FOLDER}/${each}`, files.get(each) ?? ''));
  }
  return outcome;
}

async function attempt(scene: Scene): Promise<number | 'refused'> {
  try {
    const { replayed } = await scene.open();
    await scene.idle();
    replayed.forEach((record, index) => {
      if (record !== String(index + 1)) throw new Error(`record ${index + 1} came back as ${record}`);
    });
    return replayed.length;
  } catch (error) {
    if (error instanceof Failure && error.code === 'JOURNAL_CORRUPT') return 'refused';
    throw error;
  }
}

test.each([1, 2, 3, 4, 5])('an append that is torn is not in the journal afterwards (seed %d)', async seed => {
  const scene = new Scene(seed);
  const { journal } = await scene.open();
  await scene.done(journal.append(bytes('first')));
  scene.disk.fault({ code: 'EIO', path: /journal/, operations: ['append'], times: 1, torn: true });
  const torn = journal.append(bytes('second'));
  await expect(scene.done(torn)).rejects.toMatchObject({ code: expect.any(String) });
  const { replayed } = await scene.open();
  expect(replayed).toEqual(['first']);
});
