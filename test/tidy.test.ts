/**
 * What holds for every file: who may import whom, how a file opens, and who may look at the clock or roll dice.
 *
 * The import rules themselves are in `.dependency-cruiser.mjs`; `npm run lint` applies the same ones.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractCruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, test } from 'vitest';

const PACKAGES = ['libprocess', 'zk', 'mesos', 'frameworks'];

/**
 * Time and chance that a simulation must own. `new Date(ms)` only formats, and is free.
 *
 * Everything else asks its runtime: `this.now`, `this.delay`, `this.random`, `this.uuid()`.
 */
const UNRULY = new RegExp(
  [
    String.raw`\b(Date\.now|Math\.random|performance\.(now|timeOrigin)|process\.(hrtime|uptime)|AbortSignal\.timeout)\b`,
    String.raw`\b(setTimeout|setInterval|setImmediate|scheduler\.wait|hrtime|nanoid|customAlphabet)\b`,
    String.raw`\b(randomUUID|randomBytes|randomInt|randomFill(Sync)?|getRandomValues)\b`,
    String.raw`\bnew Date\b(?!\s*\(\s*[^)\s])`, // Without an argument, with or without parentheses.
    String.raw`(?<!new\s+|[\w.$])Date\(`,
    String.raw`\}\s*=\s*(globalThis\.)?(Date|Math|performance)\b`, // const { now } = Date
    "from '(node:)?timers(/promises)?'",
  ].join('|'),
);

/** The only files that may, each with its reason. */
const MAY_BE_UNRULY: Record<string, string> = {
  'libprocess/clock.ts': 'the real clock behind the seam',
  'libprocess/random.ts': 'the real dice behind the seam',
  'libprocess/drain.ts': 'the drain yields to sockets and timers between its slices',
  'libprocess/transport/busy-poll.ts': 'it keeps the real event loop from blocking, for a real while',
};

const sources = PACKAGES.filter(name => existsSync(name)).flatMap(sourcesOf);

describe('imports', () => {
  test('point one way, meet at an index, and form no cycle', async () => {
    expect(await violations()).toEqual([]);
  }, 60_000);
});

describe('every source file', () => {
  test('opens by saying what it is', () => {
    expect(sources.filter(path => !/^(#!.*\n)?\/\*\*/.test(text(path)))).toEqual([]);
  });

  test('takes time and chance from its runtime', () => {
    expect(sources.filter(path => !(path in MAY_BE_UNRULY)).flatMap(unrulyLines)).toEqual([]);
  });

  test('that may look at the clock or roll dice itself still does', () => {
    expect(
      Object.keys(MAY_BE_UNRULY).filter(path => !sources.includes(path) || unrulyLines(path).length === 0),
    ).toEqual([]);
  });

  test.each([
    'const at = new Date();',
    'const at = new Date( );',
    'const at = new Date;',
    'const text = Date();',
    'Date.now()',
    'const { now } = Date;',
    'performance.now()',
    'const { now } = performance;',
    'process.hrtime.bigint()',
    'process.uptime()',
    'setTimeout(call, 5)',
    'setInterval(call, 5)',
    'setImmediate(call)',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import timers from 'node:timers';",
    'AbortSignal.timeout(5)',
    'Math.random()',
    'const { random } = Math;',
    'crypto.randomBytes(16)',
    'crypto.randomUUID()',
    'crypto.randomInt(6)',
    'crypto.getRandomValues(bytes)',
    "import { randomFillSync } from 'node:crypto';",
    "import { nanoid } from 'nanoid';",
  ])('would be told of %j', line => {
    expect(line).toMatch(UNRULY);
  });

  test.each([
    'new Date(this.clock.wall).toISOString()',
    'Date.UTC(2016, 0, 1)',
    'Date.parse(text)',
    'formatDate(ms)',
    'this.delay(5_000, this.#ping)',
    'this.clock.timer(5, call)',
    'this.random.next()',
    'Math.max(1, 2)',
    'const { max } = limits;',
  ])('may say %j', line => {
    expect(line).not.toMatch(UNRULY);
  });

  test('silences no compiler error', () => {
    expect(sources.filter(path => /@ts-(ignore|nocheck|expect-error)|biome-ignore-all/.test(text(path)))).toEqual([]);
  });

  test('above libprocess does without any and !', () => {
    const excused = /biome-ignore lint\/(suspicious\/noExplicitAny|style\/noNonNullAssertion)/;
    expect(sources.filter(path => !path.startsWith('libprocess/') && excused.test(text(path)))).toEqual([]);
  });
});

/** Every TypeScript file of a package; the pages under webui/ run in a browser and have its clock. */
function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.startsWith('webui/'))
    .map(name => join(folder, name));
}

function text(path: string): string {
  return readFileSync(path, 'utf8');
}

function unrulyLines(path: string): string[] {
  return withoutComments(text(path))
    .split('\n')
    .flatMap((line, index) => (UNRULY.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : []));
}

/** Keeps the line breaks, so that line numbers stay true. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, comment => comment.replace(/[^\n]/g, ''));
}

async function violations(): Promise<string[]> {
  const options = await extractCruiseOptions('./.dependency-cruiser.mjs');
  const { output } = await cruise(['.'], options, undefined, { tsConfig: extractTsConfig('./tsconfig.json') });
  if (typeof output === 'string') throw new Error(output);
  return output.summary.violations.map(({ rule, from, to, cycle = [] }) => {
    const way = cycle.length > 0 ? cycle.map(step => step.name) : [to];
    return `${rule.name}: ${[from, ...way].join(' → ')}`;
  });
}
