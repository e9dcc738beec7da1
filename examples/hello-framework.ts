/**
 * A framework in a few lines: runs one shell line on the first offer that has room, and prints how it goes.
 *
 *   npm start                                    # a cluster, in another terminal
 *   npx tsx examples/hello-framework.ts [--master=127.0.0.1:5050] [--command='echo hello; sleep 1']
 */
import { parseArgs } from 'node:util';
import { Runtime, TcpNetwork } from '../libprocess/index.ts';
import {
  isTerminal,
  type Offer,
  parseResources,
  pick,
  type Resource,
  Scheduler,
  type TaskStatus,
} from '../mesos/index.ts';

const { master = '127.0.0.1:5050', command = 'echo hello; sleep 1' } = parseArgs({
  options: { master: { type: 'string' }, command: { type: 'string' } },
}).values;
const NEEDED = parseResources('cpus:0.1;mem:32');

class Hello extends Scheduler {
  #launched = false;

  protected override subscribed({ value }: { readonly value: string }): void {
    console.log(`I am ${value}`);
  }

  protected override resourceOffers(offers: readonly Offer[]): void {
    for (const offer of offers) {
      const resources = pick(offer.resources ?? [], NEEDED);
      if (resources === null || this.#launched) this.decline([offer]);
      else this.#launch(offer, resources);
    }
  }

  protected override statusUpdate({ task_id, state, message = '' }: TaskStatus): void {
    console.log(`${task_id.value} is ${state} ${message}`.trimEnd());
    if (isTerminal(state)) this.defer(this.teardown)();
  }

  #launch(offer: Offer, resources: readonly Resource[]): void {
    this.#launched = true;
    console.log(`launching on ${offer.hostname}`);
    const { agent_id } = offer;
    this.launch(offer, [
      { name: 'hello', task_id: { value: 'hello' }, agent_id, resources, command: { value: command } },
    ]);
  }
}

const runtime = Runtime.local({ network: new TcpNetwork() });
const hello = runtime.spawn(new Hello({ master, framework: { name: 'hello-framework' } }));
await runtime.wait(hello.pid);
await runtime.stop();
