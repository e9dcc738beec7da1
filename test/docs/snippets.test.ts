/** The pages' programs print what stands below them, and compile under the project's own rules. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Block, blocksOf, ROOT, removeBlocks, writeBlocks } from './pages.ts';

const PAGES = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'));
const TIMEOUT_MS = 60_000;

const programs = new Map<string, readonly Block[]>();
for (const page of PAGES) {
  const blocks = (await blocksOf(page)).filter(({ output }) => output !== null);
  if (blocks.length > 0) programs.set(page, blocks);
}

/** Where the programs of each page were written to. */
const written = new Map<string, Awaited<ReturnType<typeof writeBlocks>>>();

beforeAll(async () => {
  for (const [page, blocks] of programs) written.set(page, await writeBlocks(blocks));
});

afterAll(async () => {
  for (const { folder } of written.values()) await removeBlocks(folder);
});

describe.each([...programs])('docs/%s', (page, blocks) => {
  let printed: Map<string, string>;

  beforeAll(async () => {
    printed = await run(pathsOf(page));
  }, TIMEOUT_MS);

  test.each(blocks)('the program at line $line prints what stands below it', ({ line, output }) => {
    expect(printed.get(`line-${line}.ts`)).toBe(output);
  });
});

// All at once: for each compilation the whole library is checked.
test('the programs of all pages compile', () => expect(errorsIn(PAGES.flatMap(pathsOf))).toEqual([]), TIMEOUT_MS);

test('every program of the page about libprocess has its output below it', async () => {
  const blocks = await blocksOf('libprocess.md');
  expect(blocks.length).toBeGreaterThan(10);
  expect(blocks.filter(({ output }) => output === null).map(({ line }) => line)).toEqual([]);
});

function pathsOf(page: string): readonly string[] {
  return written.get(page)?.paths ?? [];
}

/** What each program printed, by its file's name. One child for all: starting one takes longer than running ten. */
async function run(paths: readonly string[]): Promise<Map<string, string>> {
  const runner = join(import.meta.dirname, 'run-blocks.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', runner, ...paths], { cwd: ROOT });
  return new Map(
    stdout
      .split(/^▶ /m)
      .slice(1)
      .map(part => {
        const end = part.indexOf('\n');
        return [basename(part.slice(0, end)), part.slice(end + 1)];
      }),
  );
}

/** What the compiler says, under the options of tsconfig.json. */
function errorsIn(paths: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: paths, include: [] }, ts.sys, ROOT);
  const program = ts.createProgram({ rootNames: paths, options });
  return paths.flatMap(path => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${pageOf(path)}, ${basename(path)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}

function pageOf(path: string): string {
  return PAGES.find(page => pathsOf(page).includes(path)) ?? '';
}
