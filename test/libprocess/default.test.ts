/** The functions for scripts, which act on a runtime that nobody had to make. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import {
  ask,
  defaultRuntime,
  Failure,
  int32,
  listen,
  message,
  Process,
  req,
  request,
  send,
  spawn,
  stop,
  struct,
  terminate,
  wait,
} from '../../libprocess/index.ts';

const run = promisify(execFile);

const Add = message('Add', { amount: req(1, int32) });
const Total = request('Total', {}, struct('TotalReply', { total: req(1, int32) }));

class Counter extends Process {
  #total = 0;

  constructor() {
    super('counter');
  }

  protected override initialize(): void {
    this.install(Add, ({ amount }) => this.add(amount));
    this.install(Total, () => ({ total: this.#total }));
  }

  add(amount: number): void {
    this.#total += amount;
  }
}

afterEach(stop);

test('a script spawns an actor, calls it, sends to it and asks it', async () => {
  const counter = spawn(new Counter());
  await counter.add(1);
  send(counter, Add, { amount: 2 });
  expect(await ask(counter.pid, Total, {})).toEqual({ total: 3 });
});

test('wait is true once the actor is gone, and false for one that never was', async () => {
  const counter = spawn(new Counter());
  terminate(counter);
  expect(await wait(counter)).toBe(true);
  expect(await wait(counter)).toBe(false);
});

test('without listen the runtime is local', () => {
  spawn(new Counter());
  expect(defaultRuntime().address.ip).toBe('local');
});

test('after listen the actors have a port', async () => {
  const address = await listen({ ip: '127.0.0.1', port: 0 });
  expect(address.port).toBeGreaterThan(0);
  expect(String(spawn(new Counter()).pid)).toBe(`counter@127.0.0.1:${address.port}`);
});

test('listen after the first spawn is refused', async () => {
  spawn(new Counter());
  await expect(listen()).rejects.toThrow(
    new Failure('listen() came too late: call it once, before the first spawn', 'STARTED'),
  );
});

test('a spawn while listen is not awaited is refused', async () => {
  const listening = listen({ ip: '127.0.0.1' });
  expect(() => spawn(new Counter())).toThrow('await listen() before the first spawn');
  await listening;
});

test('a listen that fails leaves the default runtime as it was', async () => {
  await expect(listen({ ip: '203.0.113.1' })).rejects.toMatchObject({ code: 'ADDRESS_NOT_AVAILABLE' });
  spawn(new Counter());
  expect(defaultRuntime().address.ip).toBe('local');
});

test('a script with a local runtime ends once its actors have nothing to do', async () => {
  const script = `
    import { Process, spawn } from './libprocess/index.ts';
    class Sleeper extends Process {
      async nap() { await this.turn(this.sleep(20)); console.log('awake'); }
    }
    spawn(new Sleeper('sleeper')).nap();`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    timeout: 9_000,
  });
  expect(stdout).toBe('awake\n');
});
