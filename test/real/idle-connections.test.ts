/** Ten thousand connections that say nothing: they stay, nobody is harmed, and they end with the runtime. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { http, Process, Runtime, TcpNetwork } from '../../libprocess/index.ts';

const IDLERS = 10_000;
/** Beside the connections: files, pipes, and what the test runner has open. */
const OTHER_FILES = 500;

/** Opens connections, of which every other one asks once; says `open` when all are, and `closed` when one is no more. */
const PROGRAM = `
  const { connect } = require('node:net');
  const [port, count] = process.argv.slice(1).map(Number);
  let [begun, open, answered] = [0, 0, 0];
  const settled = () => open === count && answered === Math.floor(count / 2) && console.log('open');
  const next = () => {
    if (begun++ >= count) return;
    const asks = begun % 2 === 0;
    const socket = connect(port, '127.0.0.1', () => {
      open += 1;
      if (asks) socket.write('GET /site/health HTTP/1.1\\r\\nHost: test\\r\\n\\r\\n');
      settled();
      next();
    });
    socket.once('data', () => {
      answered += 1;
      settled();
    });
    socket.resume();
    socket.once('close', () => console.log('closed'));
  };
  for (let first = 0; first < 200; first++) next();
`;

class Site extends Process {
  count(): number {
    return 1;
  }

  protected override initialize(): void {
    this.route('/health', {}, () => http.ok('healthy'));
  }
}

test.skipIf(openFilesMax() < IDLERS + OTHER_FILES)(`${IDLERS} idle connections harm nobody`, async () => {
  const runtime = await Runtime.start({ network: new TcpNetwork({ tls: null, secret: null }) });
  onTestFinished(() => runtime.stop());
  const site = runtime.spawn(new Site('site'));
  const { child, lines } = idlers(runtime.address.port);
  while (!lines().includes('open')) await once(child.stdout ?? child, 'data');
  for (let round = 0; round < 20; round++) {
    expect(await site.count()).toBe(1);
    expect((await fetch(`http://${runtime.address}/site/health`)).status).toBe(200);
  }
  expect(lines()).toEqual(['open']);
  await runtime.stop();
  await once(child, 'close');
  expect(lines().filter(line => line === 'closed')).toHaveLength(IDLERS);
});

function idlers(port: number): { readonly child: ChildProcess; readonly lines: () => string[] } {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['-e', PROGRAM, String(port), String(IDLERS)], { stdio: [...stdio] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return { child, lines: () => printed.split('\n').filter(line => line !== '') };
}

/** How many files this process and its children may have open: Node raises its limit to this. */
function openFilesMax(): number {
  const limits = process.platform === 'linux' ? readFileSync('/proc/self/limits', 'utf8') : '';
  return Number(/^Max open files +\S+ +(\d+)/m.exec(limits)?.[1] ?? 0);
}
