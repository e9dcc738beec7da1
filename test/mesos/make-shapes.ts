/**
 * `npx tsx test/mesos/make-shapes.ts FOLDER`: makes the shapes in test/fixtures/shapes anew from captured answers of Apache Mesos.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHAPES, shapeNames, shapeOfCapture } from './captures.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder?');

for (const name of shapeNames()) {
  writeFileSync(join(SHAPES, name), `${JSON.stringify(shapeOfCapture(name, folder))}\n`);
}
