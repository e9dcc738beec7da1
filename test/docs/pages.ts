/**
 * The programs of a page: each block of TypeScript that has what it prints in a block of text below it.
 *
 * They import the package by its name; here that means the sources, so that they run without a build.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

const BLOCK = /```ts\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g;
const PACKAGE = /(from|import\() ?'mesos-ts\/(libprocess)(\/[a-z]+)?'/g;

export interface Block {
  /** Of its first line in the page. */
  readonly line: number;
  readonly program: string;
  /** What stands below it; null where nothing does. */
  readonly output: string | null;
}

export async function blocksOf(page: string): Promise<Block[]> {
  const text = await readFile(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(BLOCK)].map(({ index, 1: program = '', 2: output = null }) => ({
    line: text.slice(0, index).split('\n').length + 1,
    program,
    output,
  }));
}

/** Writes each program to a file of its own, below the root so that it finds the libraries. */
export async function writeBlocks(
  blocks: readonly Block[],
): Promise<{ readonly folder: string; readonly paths: string[] }> {
  await mkdir(join(ROOT, 'tmp'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'tmp', 'docs-'));
  const paths = blocks.map(({ line }) => join(folder, `line-${line}.ts`));
  for (const [index, { program }] of blocks.entries()) await writeFile(paths[index] ?? '', fromSources(program));
  return { folder, paths };
}

export async function removeBlocks(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function fromSources(program: string): string {
  return program.replace(
    PACKAGE,
    (_all, how: string, name: string, part = '/index') => `${how} '${ROOT}/${name}${part}.ts'`,
  );
}
