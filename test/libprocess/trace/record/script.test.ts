import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultRuntime, stop } from '../../../../libprocess/default.ts';
import { decodeRecording } from '../../../../libprocess/trace/record/batch.ts';
import { Stepper } from '../../../../libprocess/trace/record/stepper.ts';
import { startOf } from '../../../../tools/debugger/replay/program.ts';
import { boot, greeters } from './script.ts';

test('with LIBPROCESS_RECORD a script is recorded, and replayed by its boot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  onTestFinished(() => {
    delete process.env['LIBPROCESS_RECORD'];
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, 'script.rec');
  process.env['LIBPROCESS_RECORD'] = path;
  await boot(defaultRuntime());
  await stop();
  const recorded = decodeRecording(readFileSync(path));
  expect(recorded.header.program.name).toBe(process.argv[1]);
  const start = await startOf(recorded.header.program, join(import.meta.dirname, 'script.ts'));
  const stepper = await Stepper.open(recorded, start);
  expect(stepper.differences).toEqual([]);
  expect(stepper.stepsOf('greeter').map(step => step.name)).toEqual(['Greeter', 'Greeter.greet', 'Greeter.greet']);
  await stepper.close();
  expect(greeters[1]?.said).toEqual(greeters[0]?.said);
});

test('a program that is not here, or does not export boot, is said to be missing', async () => {
  await expect(startOf({ name: '/nowhere/script.js' }, undefined)).rejects.toThrow('say where, by --script');
  const here = join(import.meta.dirname, 'small.ts');
  await expect(startOf({ name: here }, undefined)).rejects.toThrow('does not export boot');
});
