/** The debugger on a real cluster: one task, followed through four OS processes. */
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { plant, type Report, type TraceEvent } from '../../libprocess/trace.ts';
import { Daemon, startAgent, startMaster } from './daemons.ts';

/** Looks at every node that can be found from `address`, from the start. */
async function lookAround(address: string) {
  const socket = new WebSocket(`ws://${address}/__debugger__/stream`);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const events = new Map<string, TraceEvent>();
  const titles = new Map<string, string>();
  const say = (order: object): void => socket.send(JSON.stringify(order));
  socket.on('message', data => {
    const report = JSON.parse(String(data)) as Report;
    if ('events' in report) for (const event of report.events) events.set(event.id, event);
    if (!('hello' in report)) return;
    const { node, hello } = report;
    if (!titles.has(node)) for (const order of ['history', 'start']) say({ node, do: order, limit: 100_000 });
    titles.set(node, hello.title);
    for (const peer of hello.peers) if (!titles.has(peer)) say({ node: peer, do: 'watch' });
  });
  /** New nodes are named by those that are connected to them. */
  const again = (): void => {
    for (const node of [address, ...titles.keys()]) say({ node, do: 'watch' });
  };
  return { events, titles, again };
}

const CHAIN = [
  'request POST /api/v1/scheduler', // SUBSCRIBE
  'write POST /api/v1/scheduler', // offers
  'request POST /api/v1/scheduler', // ACCEPT
  'message mesos.internal.RunTaskMessage',
  'message mesos.internal.RegisterExecutorMessage',
  'message mesos.internal.StatusUpdateMessage',
  'write POST /api/v1/scheduler', // UPDATE
  'request POST /api/v1/scheduler', // ACKNOWLEDGE
  'message mesos.internal.StatusUpdateAcknowledgementMessage',
];

/** All that led to `event`, first to last. */
function pathTo(event: TraceEvent, events: ReadonlyMap<string, TraceEvent>): TraceEvent[] {
  const parents = new Map<string, string>();
  for (const root of plant(events.values())) {
    const open = [root];
    for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
      for (const child of tree.children) parents.set(child.event.id, tree.event.id);
      open.push(...tree.children);
    }
  }
  const path: TraceEvent[] = [];
  for (let id: string | undefined = event.id; id !== undefined; id = parents.get(id)) {
    path.unshift(events.get(id) as TraceEvent);
  }
  return path;
}

function isWithin(chain: readonly string[], path: readonly TraceEvent[]): boolean {
  let at = 0;
  for (const { kind, name } of path) if (`${kind} ${name}` === chain[at]) at += 1;
  return at === chain.length;
}

test('a task is one tree, from SUBSCRIBE to the acknowledgement, over four processes', async () => {
  const master = await startMaster(['--trace=65536']);
  await startAgent(master.address, { flags: ['--trace=65536'] });
  const viewer = await lookAround(master.address);
  const args = ['mesos/cli.js', 'execute', `--master=${master.address}`, '--name=hello', '--command=sleep 2'];
  new Daemon('execute', args, { LIBPROCESS_TRACE: '65536' });
  const nodesOfTheChain = (): number => {
    viewer.again();
    const isAcknowledgement = ({ name }: TraceEvent): boolean => name.endsWith('.StatusUpdateAcknowledgementMessage');
    const acknowledged = [...viewer.events.values()].filter(isAcknowledgement);
    const path = acknowledged.map(event => pathTo(event, viewer.events)).find(steps => isWithin(CHAIN, steps));
    return new Set(path?.map(({ node }) => node)).size;
  };
  await expect.poll(nodesOfTheChain, { timeout: 20_000, interval: 200 }).toBe(4);
  expect([...viewer.titles.values()].sort()).toEqual(['executor-host', 'master', 'scheduler(1)', 'slave(1)']);
});
