/** What the package promises to importers is there once it is built. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { import: string }>;
};
const modules = Object.entries(exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ subpath, path: target.import }],
);

test.each(modules)('mesos-ts can be imported at $subpath', async ({ path }) => {
  expect(Object.keys(await import(join(ROOT, path)))).not.toEqual([]);
});
