import { expect, test } from 'vitest';
import { type PID, Process, type Runtime, req, request, string } from '../../../libprocess/index.ts';
import { plant, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';
import { startRuntime } from '../http/scene.ts';

const Greet = request('test.links.Greet', { name: req(1, string) }, string);

class Host extends Process {
  protected override initialize(): void {
    this.install(Greet, ({ name }) => `hello, ${name}`);
  }
}

class Guest extends Process {
  async visit(host: PID): Promise<string> {
    this.link(host);
    return await this.turn(this.ask(host, Greet, { name: 'guest' }));
  }
}

function kept({ tracing: { recorder } }: Runtime): TraceEvent[] {
  const events = Array.from({ length: recorder?.recorded ?? 0 }, (_, number) => recorder?.event(number, false) ?? null);
  return events.filter(event => event !== null);
}

function outline({ event, children }: TraceTree): string {
  const name = `${event.kind} ${event.name}`;
  return children.length === 0 ? name : `${name} (${children.map(outline).join(', ')})`;
}

test('a question, its arrival and its answer are one tree over two nodes, and so is a link', async () => {
  const [home, away] = [await startRuntime(), await startRuntime()];
  const host = away.spawn(new Host('host'));
  const guest = home.spawn(new Guest('guest'));
  for (const runtime of [home, away]) runtime.tracing.start({});
  expect(await guest.visit(host.pid)).toBe('hello, guest');
  await new Promise(setImmediate);
  expect(plant([...kept(home), ...kept(away)]).map(outline)).toContain(
    'dispatch Guest.visit (link link, message test.links.Greet (message test.links.Greet, reply test.links.Greet (resume resume)))',
  );
});
