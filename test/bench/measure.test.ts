/** The benchmark's arithmetic: pairs, medians, what counts as reached; and how its tables get into a page. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Case, counted, type Figure, machine, measure, paced, QUICK } from '../../tools/bench/measure.ts';
import { table, writeInto } from '../../tools/bench/report.ts';

/** A row that takes its samples from lists; the first of each is the warm-up. */
function row(ours: number[], limit: number[], target: Case['target'], unit: Case['unit'] = '/s'): Case {
  const from = (samples: number[]) => {
    const left = [...samples];
    return async () => left.shift() ?? Number.NaN;
  };
  return {
    group: 'g',
    name: 'row',
    unit,
    ours: from(ours),
    limit: { name: 'bare', run: from(limit) },
    target,
    runs: 3,
  };
}

const of = (each: Case): Promise<Figure> => measure(each, QUICK);

test('a ratio is the median over pairs, not the ratio of medians', async () => {
  const figure = await of(row([0, 10, 20, 60], [0, 20, 100, 60], {}));
  expect(figure).toMatchObject({ ours: 20, limit: 60, ofLimit: { median: 0.5, low: 0.2, high: 1 }, pairs: 3 });
});

test.each([
  { unit: '/s', target: { value: 20 }, reached: true },
  { unit: '/s', target: { value: 21 }, reached: false },
  { unit: '/s', target: { ofLimit: 0.5 }, reached: true },
  { unit: '/s', target: { value: 20, ofLimit: 0.6 }, reached: false },
  { unit: 'ms', target: { value: 20 }, reached: true },
  { unit: 'ms', target: { value: 19 }, reached: false },
  { unit: '/s', target: { value: 20, ofErlang: 1 }, reached: true },
] as const)('20 $unit at half the limit, where $target is wanted: $reached', async ({ unit, target, reached }) => {
  const figure = await of(row([0, 20, 20, 20], [0, 40, 40, 40], target, unit));
  expect(figure.reached).toBe(reached);
});

test('a paced workload is done so often that it takes its time, in whole steps', async () => {
  const counts: number[] = [];
  const work = (count: number): number => {
    counts.push(count);
    return count / 1_000; // A million a second.
  };
  expect(await paced(work, { ...QUICK, runMs: 60 })()).toBe(1_000_000);
  expect(counts.at(-1)).toBeGreaterThanOrEqual(42_000);
  expect(counts.every(count => count % 1_000 === 0)).toBe(true);
});

test('a counted workload is done as often as it says', async () => {
  expect(await counted(count => count / 10, 500)()).toBe(10_000);
});

test('a miss says so in the table', async () => {
  expect(table([await of(row([0, 20, 20, 20], [0, 40, 40, 40], { ofLimit: 0.8 }))], machine())).toMatch(
    /row +20\.0 \/s +40\.0 \/s bare +0\.50 +≥ 0\.8 × limit +MISSED/,
  );
});

test('a table takes the place of the one that was in the page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = join(folder, 'page.md');
  await writeFile(page, 'before\n<!-- bench: g -->\nold\n<!-- /bench -->\nafter\n');
  await writeInto(page, 'g', [await of(row([0, 20, 20, 20], [0, 40, 40, 40], {}))], machine());
  const text = await readFile(page, 'utf8');
  expect(text).toMatch(/^before\n<!-- bench: g -->\n\nMedians of 3 pairs on [\s\S]*\n<!-- \/bench -->\nafter\n$/);
  expect(text).toContain('| row | 20.0 /s | 40.0 /s bare | 0.50 |');
  expect(text).not.toContain('old');
  await expect(writeInto(page, 'other', [], machine())).rejects.toThrow('no place for the table of other');
});

test('the page about libprocess has a place for each of its tables', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/libprocess.md'), 'utf8');
  for (const group of ['libprocess', 'tcp'])
    expect(page).toMatch(new RegExp(`<!-- bench: ${group} -->\n[^]*<!-- /bench -->`));
});
