/** `mesos-debug trace ADDRESS`: what is sent, as it is sent. */
import { addressOf, type Report, type TraceEvent } from '../../../libprocess/trace.ts';
import {
  type Command,
  CREDENTIALS,
  durationOf,
  eventFilter,
  FILTERS,
  forAWhile,
  listOf,
  optionsOf,
  paintOf,
  type Terminal,
} from './command.ts';
import { credentialHeaders } from './credentials.ts';
import { eventLine, type LineOptions, treeLines } from './event-text.ts';
import { Gatherer } from './gatherer.ts';
import { joined } from './joined.ts';
import { Nodes } from './nodes.ts';

const OPTIONS = {
  ...CREDENTIALS,
  ...FILTERS,
  all: { type: 'boolean' },
  tree: { type: 'boolean' },
  full: { type: 'boolean' },
  body: { type: 'boolean' },
  for: { type: 'string' },
} as const;

const GATHER_MS = 500;
/** Lines of events that were shown while they waited, and are shown again when they are over. */
const WAITING_MAX = 10_000;

export const trace: Command = {
  name: 'trace',
  usage: 'trace ADDRESS [--actor=…] [--message=…] [--kind=…] [--tree] [--body] [--for=10s]',
  summary: 'Shows messages as they are sent, or whole trees of consequences.',
  help: `One line for each message, call, timer, request and exit, until Ctrl-C.

  --actor=PATTERN     only what these actors send or receive
  --message=PATTERN   only messages, methods and routes of these names
  --kind=KIND         message, dispatch, timer, http, request, exited, …
  --all               the nodes that are found from ADDRESS as well
  --tree              over all nodes: each tree of consequences once it is finished; the filters choose trees
  --full              trees with each turn, and with both ends of what crossed the network
  --body              with what was sent, cut to a bounded size, without secrets
  --for=10s           ends after so long

A pattern is a name, its last word, or begins or ends with *; several with commas. Where messages are not traced yet, it
switches that on, and off again when it ends.

  mesos-debug trace 127.0.0.1:5050 --actor=master --message=RegisterSlaveMessage
  mesos-debug trace 127.0.0.1:5050 --tree --message=RunTaskMessage --for=30s`,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = optionsOf(argv, OPTIONS, { names: ['ADDRESS'] });
  const { tree = false, body = false } = values;
  const ms = values.for === undefined ? Infinity : durationOf(values.for);
  const fits = eventFilter(values);
  const all = tree || values.all === true;
  const lines: LineOptions = { paint: paintOf(terminal), addresses: all && !tree };
  const show = tree ? new Trees(fits, values.full === true, terminal, lines) : new Lines(fits, terminal, lines);
  // Trees need all of their events; lines need no more than those that are shown.
  const settings = tree ? {} : { actors: listOf(values.actor ?? []), names: listOf(values.message ?? []) };
  const hear = async (report: Report, nodes: Nodes): Promise<void> => {
    if (!('events' in report)) return;
    if (report.skipped > 0) terminal.note(`${report.node}: ${report.skipped} events came too fast, and were skipped`);
    show.add(body ? await withBodies(nodes, report.node, report.events, fits) : report.events);
  };
  const nodes = await Nodes.find(positionals[0] ?? '', {
    headers: await credentialHeaders(values, terminal.env),
    all,
    onReport: (report, from) => void hear(report, from),
    onNode: (_node, late) => void late.startTracing(settings),
  });
  await nodes.startTracing(settings);
  terminal.note(`tracing ${nodes.addresses.map(node => `${nodes.title(node)} at ${node}`).join(', ')}; Ctrl-C ends`);
  const lost = new Promise<void>(resolve => nodes.connection.onClose(resolve));
  await forAWhile(ms, terminal, lost);
  show.end();
  await nodes.end();
}

/** Asks for the bodies of those that are shown. */
async function withBodies(
  nodes: Nodes,
  node: string,
  events: readonly TraceEvent[],
  fits: (event: TraceEvent) => boolean,
): Promise<readonly TraceEvent[]> {
  const asked = events.map(async event => {
    if (!fits(event)) return event;
    const whole = (await nodes.connection.ask({ do: 'event', id: event.id }, node)) as TraceEvent | null;
    return whole ?? event;
  });
  return Promise.all(asked);
}

/** Each event in a line when it is posted, and again when it is over if that took longer than a look. */
class Lines {
  readonly #waiting = new Set<string>();

  constructor(
    private readonly fits: (event: TraceEvent) => boolean,
    private readonly terminal: Terminal,
    private readonly options: LineOptions,
  ) {}

  add(events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (!this.fits(event)) continue;
      this.terminal.write(`${eventLine(event, this.options)}\n`);
      const { id, ended, dropped, to, node } = event;
      if (ended !== null || dropped !== undefined || addressOf(to) !== node) this.#waiting.delete(id);
      else if (this.#waiting.size < WAITING_MAX) this.#waiting.add(id);
    }
  }

  end(): void {
    if (this.#waiting.size > 0) this.terminal.note(`${this.#waiting.size} of them are not over yet`);
  }
}

class Trees {
  readonly #gatherer: Gatherer;
  readonly #timer = setInterval(() => this.#print(false), GATHER_MS);

  constructor(
    fits: (event: TraceEvent) => boolean,
    private readonly full: boolean,
    private readonly terminal: Terminal,
    private readonly options: LineOptions,
  ) {
    this.#gatherer = new Gatherer(fits);
  }

  add(events: readonly TraceEvent[]): void {
    this.#gatherer.add(events, performance.now());
  }

  end(): void {
    clearInterval(this.#timer);
    this.#print(true);
  }

  #print(all: boolean): void {
    const trees = all ? this.#gatherer.takeAll() : this.#gatherer.take(performance.now());
    for (const tree of this.full ? trees : trees.flatMap(joined))
      this.terminal.write(`${treeLines(tree, this.options).join('\n')}\n\n`);
  }
}
