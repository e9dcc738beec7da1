import { expect, test } from 'vitest';
import { http, Pipe, Process, type Runtime } from '../../../libprocess/index.ts';
import { Tracing } from '../../../libprocess/trace/tracing.ts';
import { plant, type TraceEvent, type TraceTree } from '../../../libprocess/trace.ts';
import { readerOf, request, startRuntime } from '../http/scene.ts';

/** Answers with a stream, to which `shout` adds. */
class Crier extends Process {
  readonly #pipe = new Pipe();

  shout(text: string): void {
    this.#pipe.writer.write(text);
  }

  hush(): void {
    this.#pipe.writer.close();
  }

  protected override initialize(): void {
    this.route('/news', {}, () => http.stream(this.#pipe.reader, {}));
    this.route('/fact', {}, () => http.ok('so it is'));
  }
}

class Listener extends Process {
  readonly heard: string[] = [];
  connected = false;

  async listen(to: Runtime): Promise<void> {
    const answer = await this.turn(this.runtime.request(to.address.text, request('POST', '/crier/news')));
    this.connected = true;
    for (;;) {
      const piece = await this.turn(readerOf(answer).read());
      if (piece.length === 0) return;
      this.heard.push(Buffer.from(piece).toString());
    }
  }

  async inquire(of: Runtime): Promise<number> {
    const asked = request('GET', '/crier/fact', { headers: { authorization: 'Basic c2VjcmV0' } });
    return (await this.turn(this.runtime.request(of.address.text, asked))).status;
  }
}

function kept(tracing: Tracing, withBody = false): TraceEvent[] {
  const { recorder } = tracing;
  if (recorder === null) return [];
  const events = Array.from({ length: recorder.recorded }, (_, number) => recorder.event(number, withBody));
  return events.filter(event => event !== null);
}

function outline({ event, children }: TraceTree): string {
  const below = children.map(outline).join(', ');
  const name = `${event.kind} ${event.name}`;
  return below === '' ? name : `${name} (${below})`;
}

/** A script that goes on inside a turn of one runtime must not call actors of another. */
const settle = (): Promise<void> => new Promise(setImmediate);

async function start() {
  const [town, home] = [await startRuntime(), await startRuntime()];
  const crier = town.spawn(new Crier('crier'));
  const actor = new Listener('listener');
  const listener = home.spawn(actor);
  await listener.inquire(town); // Both are connected and loaded before anybody looks.
  await settle();
  const tracings = [new Tracing(town), new Tracing(home)];
  for (const tracing of tracings) tracing.start({});
  return { town, crier, actor, listener, tracings };
}

test('what a request starts at the other side hangs on it, and no secret is shown', async () => {
  const { town, listener, tracings } = await start();
  await listener.inquire(town);
  const events = tracings.flatMap(tracing => kept(tracing, true));
  expect(plant(events).map(outline)).toEqual([
    'dispatch Listener.inquire (request GET /crier/fact (http HTTP /fact, response 200 (resume resume), read GET /crier/fact))',
  ]);
  expect(JSON.stringify(events)).not.toContain('c2VjcmV0');
});

test('what a reader does about a piece of a stream hangs on the turn that wrote the piece', async () => {
  const { town, crier, actor, listener, tracings } = await start();
  const listened = listener.listen(town);
  await expect.poll(() => actor.connected).toBe(true);
  await crier.shout('hear, hear');
  await expect.poll(() => actor.heard).toEqual(['hear, hear']);
  await crier.hush();
  await listened;
  const outlines = plant(tracings.flatMap(tracing => kept(tracing))).map(outline);
  expect(outlines).toContainEqual(
    expect.stringMatching(/^dispatch Crier.shout \(write POST \/crier\/news \(read POST \/crier\/news \(resume resume/),
  );
});
