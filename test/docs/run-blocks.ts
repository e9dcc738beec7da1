/**
 * Runs the programs that it is given, one after another in this one process, and prints before each one its path in a
 * line that begins with `▶`. What a program spawned on the default runtime ends with it.
 */
import { stop } from '../../libprocess/index.ts';

for (const path of process.argv.slice(2)) {
  console.log(`▶ ${path}`);
  try {
    await import(path);
  } catch (error) {
    console.log('✗', error); // The next ones run all the same.
  }
  await stop();
}
