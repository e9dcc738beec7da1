/** A terminal that tests read, and a small world to look at: a kettle that asks a tap for water, on two nodes. */
import { onTestFinished } from 'vitest';
import {
  type EndpointOptions,
  int32,
  message,
  type PID,
  Process,
  Runtime,
  req,
  spawnEndpoints,
  TcpNetwork,
} from '../../../libprocess/index.ts';
import { debug } from '../../../tools/debugger/cli/main.ts';

/** Runs `mesos-debug` with `argv`. */
export async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return start(argv, env).ended;
}

export interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly notes: string;
}

/** The same, to be looked at and interrupted meanwhile. */
export function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const seen = { output: '', notes: '' };
  let interrupt = (): void => undefined;
  const interrupted = new Promise<void>(resolve => {
    interrupt = resolve;
  });
  const ended = debug(argv, {
    env,
    isTerminal: false,
    rows: 0,
    write: text => {
      seen.output += text;
    },
    note: text => {
      seen.notes += `${text}\n`;
    },
    interrupted,
  }).then((status): Outcome => ({ status, ...seen }));
  return { seen, interrupt: () => interrupt(), ended };
}

export const Fill = message('test.kitchen.Fill', { cups: req(1, int32) });
export const Water = message('test.kitchen.Water', { cups: req(1, int32) });

export class Tap extends Process {
  constructor() {
    super('tap');
  }

  protected override initialize(): void {
    this.install(Fill, (body, from) => this.send(from, Water, body));
  }
}

export class Kettle extends Process {
  cups = 0;

  constructor(private readonly tap: PID) {
    super('kettle');
  }

  protected override initialize(): void {
    this.install(Water, ({ cups }) => {
      this.cups += cups;
    });
  }

  boil(cups: number): void {
    this.send(this.tap, Fill, { cups });
  }
}

/** Two runtimes that are connected, and one brew that has connected them. */
export async function kitchen(options: EndpointOptions = {}) {
  const [one, two] = [await node(options), await node(options)];
  const tap = two.spawn(new Tap());
  const process = new Kettle(tap.pid);
  const kettle = one.spawn(process);
  kettle.boil(0);
  const boil = (cups: number): void => void kettle.boil(cups);
  return { one, two, boil, cups: () => process.cups, address: one.address.text };
}

async function node(options: EndpointOptions): Promise<Runtime> {
  const runtime = await Runtime.start({ network: new TcpNetwork() });
  onTestFinished(() => runtime.stop());
  spawnEndpoints(runtime, options);
  return runtime;
}
