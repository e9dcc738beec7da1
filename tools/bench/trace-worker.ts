/**
 * An OS process of the bench of tracing, driven by its parent: one question, one answer.
 *
 *   { do: 'local', count }           sends so many messages among its own actors
 *   { do: 'stream', to, count }      sends so many to the sink of another worker
 *   { do: 'sink' }                   where its own sink is
 *   { do: 'trace', on }              traces, or not
 *   { do: 'cpu' }                    what it has used so far
 *
 * Answers are milliseconds of processor time, garbage collection included: what else the machine does does not count.
 */
import { PID, Runtime, TcpNetwork } from '../../libprocess/index.ts';
import { Sender, Sink } from './windowed.ts';

export type Question =
  | { readonly do: 'local'; readonly count: number }
  | { readonly do: 'stream'; readonly to: string; readonly count: number }
  | { readonly do: 'sink' | 'cpu' }
  | { readonly do: 'trace'; readonly on: boolean };

const WINDOW = 1_000;

const runtime = await Runtime.start({ network: new TcpNetwork() });
const sink = runtime.spawn(new Sink('sink'));
/** One for all runs: to make one is no part of what is measured. */
const recorder = runtime.tracing.start({ times: 'slice' });
runtime.tracing.stop();

async function answer(question: Question): Promise<number | string> {
  switch (question.do) {
    case 'local':
      return cpuMsOf(() => send(sink.pid, question.count));
    case 'stream':
      return cpuMsOf(() => send(PID.parse(question.to), question.count));
    case 'sink':
      return String(sink.pid);
    case 'trace':
      runtime.tracer = question.on ? recorder : null;
      return recorder.recorded;
    case 'cpu':
      return cpuMs();
  }
}

async function send(to: PID, count: number): Promise<void> {
  const source = new Sender(to, count, WINDOW);
  const { pid } = runtime.spawn(source);
  await source.done;
  runtime.terminate(pid);
  await runtime.wait(pid);
}

async function cpuMsOf(work: () => Promise<void>): Promise<number> {
  const before = cpuMs();
  await work();
  return cpuMs() - before;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

process.on('message', (question: Question) => {
  void answer(question).then(value => process.send?.(value));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
