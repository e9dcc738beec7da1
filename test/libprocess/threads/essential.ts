/** A program whose thread, this file again, has an actor without which it is of no use; the actor dies. */
import { isMainThread } from 'node:worker_threads';
import { joinRuntime, Process, startThread } from '../../../libprocess/index.ts';

class Vital extends Process {
  protected override initialize(): void {
    throw new Error('vital and broken');
  }
}

if (isMainThread) await startThread(new URL(import.meta.url), { name: 'one' });
else joinRuntime().runtime.spawn(new Vital('vital'), { essential: true });
