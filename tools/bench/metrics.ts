/** How long a snapshot of many counters takes over HTTP, beside a bare node:http server that prints as many numbers. */
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Runtime, spawnEndpoints, TcpNetwork } from '../../libprocess/index.ts';
import type { Row } from './in-runtime.ts';
import { type Effort, median } from './measure.ts';

const COUNTERS = 10_000;
/** Requests that make one sample. */
const REQUESTS = 5;

const nameOf = (index: number): string => `bench/counters/number_${index}`;

export function runtimeMetricsCases(_effort: Effort): Row[] {
  return [
    {
      name: 'metrics snapshot over HTTP, 10,000 counters',
      unit: 'ms',
      ours,
      limit: { name: 'JSON.stringify, node:http', run: plain },
      target: { value: 5 },
      original: '96 ms',
    },
  ];
}

async function ours(): Promise<number> {
  const runtime = await Runtime.start({ network: new TcpNetwork() });
  spawnEndpoints(runtime, { metricsRateLimit: '' });
  for (let index = 0; index < COUNTERS; index++) runtime.metrics.counter(nameOf(index)).increment(index);
  const ms = await fetchMs(runtime.address.port, '/metrics/snapshot');
  await runtime.stop();
  return ms;
}

async function plain(): Promise<number> {
  const counters: Record<string, number> = {};
  for (let index = 0; index < COUNTERS; index++) counters[nameOf(index)] = index;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(counters));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ms = await fetchMs((server.address() as AddressInfo).port, '/');
  server.close();
  return ms;
}

/** The median time from the request to the last byte, over one connection. */
async function fetchMs(port: number, path: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const started = performance.now();
    const [response] = await once(get({ host: '127.0.0.1', port, path, agent }), 'response');
    response.resume();
    await once(response, 'end');
    times.push(performance.now() - started);
  }
  agent.destroy();
  return median(times);
}
