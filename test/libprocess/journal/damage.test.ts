/** Damage: whatever is done to one byte of a journal, it gives back a prefix or refuses; never a hole. */
import { expect, test } from 'vitest';
import { Failure, Future, Journal } from '../../../libprocess/index.ts';
import { HEADER_BYTES, scan } from '../../../libprocess/journal/record.ts';
import { MemoryDisk } from './memory-disk.ts';
import { bytes, FOLDER, Scene, text } from './scene.ts';

const RECORDS = 500;

interface Whole {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The segment that is written to: the only one that a crash can have torn. */
  readonly last: string;
}

/** What may be there when a journal of 500 records is opened. */
const WHOLES = [
  { what: 'segments alone', whole: await journalOf(RECORDS, 0) },
  { what: 'a snapshot, purged', whole: await journalOf(RECORDS, 300) },
];

test.each(WHOLES)('flipping any one byte loses nothing in silence ($what)', { timeout: 60_000 }, async ({ whole }) => {
  for (const [name, offset] of everyByte(whole)) {
    const mask = offset % 9 === 8 ? 0xff : 1 << (offset % 9);
    const outcome = await reopen(whole, name, file => file.fill((file[offset] ?? 0) ^ mask, offset, offset + 1));
    if (outcome !== 'refused') expect(outcome, `${name} at ${offset}`).toBe(RECORDS);
  }
});

test.each(WHOLES)(
  'cutting at any byte leaves a prefix with all before, or is refused ($what)',
  {
    timeout: 60_000,
  },
  async ({ whole }) => {
    const safe = safeBefore(whole);
    for (const [name, offset] of everyByte(whole)) {
      const outcome = await reopen(whole, name, file => file.subarray(0, offset));
      const right = name === whole.last ? safe[offset] : 'refused';
      if (outcome !== right) expect(outcome, `${name} at ${offset}`).toBe(right);
    }
  },
);

test.each(WHOLES)('taking one byte out loses nothing in silence ($what)', { timeout: 60_000 }, async ({ whole }) => {
  for (const [name, offset] of everyByte(whole, 7)) {
    const outcome = await reopen(whole, name, file => {
      file.copyWithin(offset, offset + 1);
      return file.subarray(0, -1);
    });
    if (outcome !== 'refused') expect(outcome, `${name} at ${offset}`).toBe(RECORDS);
  }
});

test.each(WHOLES)(
  'a file that is gone is refused, and a last segment that is gone leaves a prefix ($what)',
  async ({ whole }) => {
    for (const name of whole.files.keys()) {
      const outcome = await reopen(whole, name, () => null);
      if (name === whole.last) expect(outcome).toBeGreaterThan(300);
      else expect(outcome).toBe('refused');
    }
  },
);

test('the refusal names the file, the offset and what to do', async () => {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 200 });
  for (let n = 0; n < 20; n++) await scene.done(journal.append(bytes(n)));
  await scene.done(journal.close());
  const [[name = '', file = new Uint8Array()] = []] = await scene.files();
  const damaged = Uint8Array.from(file);
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

/** A journal over several segments, with batches of various sizes, closed in order; with a snapshot if `covers` says. */
async function journalOf(count: number, covers: number): Promise<Whole> {
  const scene = new Scene();
  const { journal } = await scene.open({ segmentBytes: 3_000 });
  for (let n = 1; n <= count; n++) {
    const appended = journal.append(bytes(n), { sync: n % 3 === 0 });
    if (n % 7 === 0) await scene.done(appended);
    if (n % 50 === 0) await scene.idle();
  }
  if (covers > 0) await scene.done(journal.snapshot(bytes(covers), covers));
  await scene.done(journal.purge());
  await scene.done(journal.close());
  const files = await scene.files();
  return { files, last: [...files.keys()].filter(name => name.endsWith('.journal')).at(-1) ?? '' };
}

/** For each byte of the last segment, the number of the last record that lies whole before it. */
function safeBefore({ files, last }: Whole): number[] {
  const file = files.get(last) ?? new Uint8Array();
  const first = Number(last.slice(0, 20));
  return Array.from(file, (_, offset) => scan(Buffer.from(file.subarray(0, offset)), first).next - 1);
}

function* everyByte({ files }: Whole, stride = 1): Generator<[string, number]> {
  for (const [name, file] of files) for (let offset = 0; offset < file.length; offset += stride) yield [name, offset];
}

/** The number of the last record that comes back, all before it being right, when `change` was done to one file. */
async function reopen(
  { files }: Whole,
  name: string,
  change: (copy: Uint8Array) => Uint8Array | null,
): Promise<number | 'refused'> {
  const disk = new MemoryDisk(files);
  const changed = change(Uint8Array.from(files.get(name) ?? []));
  if (changed === null) disk.files.delete(name);
  else disk.files.set(name, changed);
  let last = 0;
  const take = (number: number): void => {
    if (number !== last + 1) throw new Error(`record ${last + 1} came back as ${number}`);
    last = number;
  };
  try {
    await Journal.open({
      disk,
      folder: FOLDER,
      restore: ({ payload }) => {
        last = Number(text(payload));
      },
      replay: ({ payload }) => take(Number(text(payload))),
    });
    return last;
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
