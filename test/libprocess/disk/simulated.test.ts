/** The disk in memory: what is seen, what a crash leaves, and what faults do. */
import { describe, expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import { SimulatedDisk } from '../../../libprocess/disk/simulated.ts';
import type { Future } from '../../../libprocess/future.ts';
import { SeededRandom } from '../../../libprocess/random.ts';

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);

function start(seed = 1, capacity?: number) {
  const clock = PausableClock.paused(1_000);
  const disk = new SimulatedDisk({ clock, random: new SeededRandom(seed), capacity });
  const done = <T>(future: Future<T>): T => {
    clock.advance(10);
    if (future.error !== undefined) throw future.error;
    return future.value;
  };
  const text = (path: string): string | null => {
    const found = done(disk.read(path));
    return found === null ? null : Buffer.from(found).toString();
  };
  return { clock, disk, done, text };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('what is appended is seen at once, and the future is ready later', () => {
  const { clock, disk } = start();
  const appended = disk.append('/log', bytes('one'));
  const read = disk.read('/log');
  expect(appended.isPending).toBe(true);
  clock.advance(10);
  expect(appended.state).toBe('ready');
  expect(Buffer.from(read.value ?? []).toString()).toBe('one');
});

test('operations on one path end in the order of the calls', () => {
  const { clock, disk } = start(3);
  const ended: number[] = [];
  for (let n = 0; n < 20; n++) disk.append('/log', bytes('x')).onReady(() => ended.push(n));
  clock.advance(10);
  expect(ended).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

describe.each(SEEDS)('a crash (seed %d)', seed => {
  test('keeps what was synced, and of the rest no more than its beginning', () => {
    const { disk, done, text } = start(seed);
    done(disk.append('/log', bytes('synced|')));
    done(disk.sync('/log'));
    done(disk.append('/log', bytes('not synced')));
    disk.crash();
    const left = text('/log') ?? '';
    expect(left.startsWith('synced|')).toBe(true);
    expect('synced|not synced'.startsWith(left)).toBe(true);
  });

  test('during a write leaves the old content or the new, whole', () => {
    const { disk, done, text } = start(seed);
    done(disk.write('/file', 'old'));
    const writing = disk.write('/file', 'new');
    disk.crash();
    expect(['old', 'new']).toContain(text('/file'));
    expect(writing.isAbandoned).toBe(true);
  });

  test('undoes changes of names from the last one on', () => {
    const { disk, done, text } = start(seed);
    disk.write('/a/1', '1').ignore();
    disk.rename('/a/1', '/a/2').ignore();
    disk.symlink('2', '/a/latest').ignore();
    disk.crash();
    expect(['', '1', '2', '2,latest']).toContain(done(disk.list('/a')).join());
    expect(['1', null]).toContain(text('/a/latest'));
  });

  test('loses a change of names for good', () => {
    const { disk, done, text } = start(seed);
    done(disk.write('/kept', 'old'));
    disk.write('/kept', 'new').ignore();
    disk.crash();
    const left = text('/kept');
    done(disk.write('/other', ''));
    disk.crash();
    expect(text('/kept')).toBe(left);
  });

  test('keeps names whose futures were ready', () => {
    const { disk, done, text } = start(seed);
    done(disk.write('/a/1', '1'));
    done(disk.rename('/a', '/b'));
    done(disk.remove('/none'));
    disk.crash();
    expect(text('/b/1')).toBe('1');
    expect(done(disk.list('/'))).toEqual(['b']);
  });
});

test('some crash loses what was not synced, and some crash keeps it', () => {
  const left = SEEDS.map(seed => {
    const { disk, done, text } = start(seed);
    done(disk.append('/log', bytes('x')));
    disk.crash();
    return text('/log');
  });
  expect(left).toContain(null);
  expect(left).toContain('x');
});

test('a sync makes durable what was appended before it, not what came while it ran', () => {
  const lengths = SEEDS.map(seed => {
    const { clock, disk, text } = start(seed);
    disk.append('/log', bytes('aa')).ignore();
    const synced = disk.sync('/log');
    disk.append('/log', bytes('bb')).ignore();
    while (synced.isPending) clock.advance(0.05);
    disk.crash();
    return text('/log')?.length;
  });
  expect(Math.min(...lengths.map(length => length ?? 0))).toBe(2);
});

test('the same seed crashes the same way', () => {
  const run = (): unknown[] =>
    SEEDS.map(seed => {
      const { disk, done, text } = start(seed);
      done(disk.append('/log', bytes('0123456789')));
      disk.crash();
      return text('/log');
    });
  expect(run()).toEqual(run());
});

test('links lead on, in the middle of a path too, and removing one leaves its target', () => {
  const { disk, done, text } = start();
  done(disk.write('/runs/1/out', 'one'));
  done(disk.symlink('1', '/runs/latest'));
  expect(text('/runs/latest/out')).toBe('one');
  expect(done(disk.realpath('/runs/latest/../latest/out'))).toBe('/runs/1/out');
  expect(done(disk.realpath('/runs/2'))).toBeNull();
  done(disk.remove('/runs/latest'));
  expect(text('/runs/1/out')).toBe('one');
});

test('a write and an append go through a link to a folder', () => {
  const { disk, done } = start();
  done(disk.mkdir('/runs/1'));
  done(disk.symlink('1', '/runs/latest'));
  done(disk.write('/runs/latest/a', ''));
  done(disk.append('/runs/latest/b', bytes('')));
  expect(done(disk.list('/runs/1'))).toEqual(['a', 'b']);
});

test('a link to itself fails ELOOP', () => {
  const { disk, done } = start();
  done(disk.symlink('/a', '/a'));
  expect(() => done(disk.read('/a'))).toThrow(expect.objectContaining({ code: 'ELOOP' }));
});

test('a file is cut and grown', () => {
  const { disk, done, text } = start();
  done(disk.append('/log', bytes('0123456789')));
  done(disk.truncate('/log', 3));
  done(disk.append('/log', bytes('x')));
  expect(text('/log')).toBe('012x');
  expect(Buffer.from(done(disk.readAt('/log', 1, 2))).toString()).toBe('12');
});

test.each([
  ['an append to a folder that is not there', 'ENOENT', (disk: SimulatedDisk) => disk.append('/a/log', bytes('x'))],
  ['a rename of nothing', 'ENOENT', (disk: SimulatedDisk) => disk.rename('/none', '/b')],
  ['a sync of nothing', 'ENOENT', (disk: SimulatedDisk) => disk.sync('/none')],
  ['a write over a folder', 'EISDIR', (disk: SimulatedDisk) => disk.write('/folder', 'x')],
  ['a folder below a file', 'ENOTDIR', (disk: SimulatedDisk) => disk.mkdir('/file/x')],
])('%s fails %s', (_what, code, operation) => {
  const { disk, done } = start();
  done(disk.mkdir('/folder'));
  done(disk.write('/file', ''));
  expect(() => done<unknown>(operation(disk))).toThrow(expect.objectContaining({ code }));
});

test('stat tells kind, size, owner and time', () => {
  const { disk, done } = start();
  done(disk.write('/a/file', 'four'));
  done(disk.chown('/a/file', 7, 8));
  expect(done(disk.stat('/a/file'))).toMatchObject({ kind: 'file', size: 4, uid: 7, gid: 8, mtimeMs: 1_000 });
  expect(done(disk.stat('/a'))).toMatchObject({ kind: 'directory' });
  expect(done(disk.stat('/b'))).toBeNull();
});

test('a fault hits its operations on its paths, as often as it says', () => {
  const { disk, done, text } = start();
  disk.fault({ code: 'EIO', path: /log/, operations: ['append'], times: 1 });
  expect(() => done(disk.append('/log', bytes('x')))).toThrow(expect.objectContaining({ code: 'EIO' }));
  done(disk.append('/log', bytes('y')));
  expect(text('/log')).toBe('y');
  const fault = disk.fault({ code: 'ENOSPC', path: /./ });
  expect(() => done(disk.write('/other', ''))).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  fault[Symbol.dispose]();
  done(disk.write('/other', ''));
});

test('a full disk takes no more', () => {
  const { disk, done } = start(1, 10);
  done(disk.write('/a', '12345678'));
  expect(() => done(disk.append('/a', bytes('123')))).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  expect(done(disk.space('/'))).toEqual({ total: 10, free: 2 });
});

test.each(SEEDS)('a torn append fails, and has written no more than its beginning (seed %d)', seed => {
  const { disk, done, text } = start(seed);
  done(disk.append('/log', bytes('before|')));
  disk.fault({ code: 'EIO', path: /log/, operations: ['append'], times: 1, torn: true });
  expect(() => done(disk.append('/log', bytes('torn')))).toThrow('EIO');
  expect(['before|', 'before|t', 'before|to', 'before|tor']).toContain(text('/log'));
});

test('torn appends are torn at different places', () => {
  const lengths = SEEDS.map(seed => {
    const { disk, done, text } = start(seed);
    disk.fault({ code: 'EIO', path: /log/, torn: true, times: 1 });
    expect(() => done(disk.append('/log', bytes('torn')))).toThrow('EIO');
    return text('/log')?.length;
  });
  expect(new Set(lengths)).toEqual(new Set([0, 1, 2, 3]));
});

test('a corrupted file differs in one bit, and still does after a crash', () => {
  const { disk, done, text } = start();
  done(disk.write('/file', bytes('abc')));
  expect(disk.corrupt('/file', 1)).toBe(1);
  const [a = 0, b = 0, c = 0] = done(disk.read('/file')) ?? [];
  expect([a, c]).toEqual([97, 99]);
  const flipped = b ^ 98;
  expect(flipped & (flipped - 1)).toBe(0);
  expect(flipped).not.toBe(0);
  const before = text('/file');
  disk.crash();
  expect(text('/file')).toBe(before);
  expect([0, 1, 2]).toContain(disk.corrupt('/file'));
  expect(() => disk.corrupt('/file', 3)).toThrow('there is no byte 3 of 3');
});
