/** A script that can be recorded and replayed: what it does is in `boot`. */
import { Process } from '../../../../libprocess/process.ts';
import type { Runtime } from '../../../../libprocess/runtime.ts';

export class Greeter extends Process {
  readonly said: string[] = [];

  constructor() {
    super('greeter');
  }

  greet(name: string): string {
    this.said.push(`${this.uuid()} ${this.clock.wall} ${name}`);
    return `Hello, ${name}`;
  }
}

export const greeters: Greeter[] = [];

export async function boot(runtime: Runtime): Promise<void> {
  const greeter = new Greeter();
  greeters.push(greeter);
  const ref = runtime.spawn(greeter);
  await ref.greet('world');
  await ref.greet('again');
}
