/** `mesos-debug top ADDRESS`: who is busy, again and again. */
import { Failure } from '../../../libprocess/index.ts';
import type { Report } from '../../../libprocess/trace.ts';
import { type Command, CREDENTIALS, durationOf, forAWhile, optionsOf, paintOf, type Terminal } from './command.ts';
import { credentialHeaders } from './credentials.ts';
import { Nodes } from './nodes.ts';
import { type NodeReport, type NodeReports, type SortKey, topText } from './top-table.ts';

const OPTIONS = {
  ...CREDENTIALS,
  all: { type: 'boolean' },
  once: { type: 'boolean' },
  sort: { type: 'string', default: 'rate' },
  for: { type: 'string' },
  'no-trace': { type: 'boolean' },
} as const;

const SORTS: readonly string[] = ['rate', 'mailbox', 'busy', 'name'] satisfies SortKey[];
/** Rates need few events, and turns that are timed one by one. */
const SETTINGS = { size: 4_096, times: 'turn' } as const;
const ONCE_MS = 2_500;
/** Lines that are not rows of the table. */
const FRAME_ROWS = 6;
const HOME_AND_CLEAR = '\u001b[H\u001b[J';

export const top: Command = {
  name: 'top',
  usage: 'top ADDRESS [--all] [--once] [--sort=rate|mailbox|busy|name]',
  summary: 'Shows who is busy: rate, mailbox, time, slowest handler.',
  help: `Refreshes in place on a terminal; elsewhere, and with --once, it prints tables.

  --all        the nodes that are found from ADDRESS as well
  --once       one table, after ${ONCE_MS / 1_000} seconds, and the end
  --for=10s    ends after so long
  --sort=KEY   rate (default), mailbox, busy or name
  --no-trace   does not switch tracing on: without it there are no rates and times

Rates and times are counted while messages are traced. Where they are not, top switches that on, and off again when it
ends.

  mesos-debug top 127.0.0.1:5050
  mesos-debug top 127.0.0.1:5050 --all --sort=mailbox --once`,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = optionsOf(argv, OPTIONS, { names: ['ADDRESS'] });
  const { sort, once = false } = values;
  if (!SORTS.includes(sort)) throw new Failure(`--sort=${sort}: want ${SORTS.join(', ')}`, 'USAGE');
  const history = new History();
  const draw = (nodes: Nodes): void => {
    const options = { sort: sort as SortKey, rowsMax: rowsMax(terminal), paint: paintOf(terminal) };
    const text = topText(history.of(nodes), options);
    terminal.write(terminal.isTerminal && !once ? `${HOME_AND_CLEAR}${text}\n` : `${text}\n\n`);
  };
  const nodes = await Nodes.find(positionals[0] ?? '', {
    headers: await credentialHeaders(values, terminal.env),
    all: values.all,
    actors: true,
    onReport: (report, from) => {
      if (history.add(report) && !once) draw(from);
    },
  });
  if (values['no-trace'] !== true) await nodes.startTracing(SETTINGS);
  const lost = new Promise<void>(resolve => nodes.connection.onClose(resolve));
  const ms = once ? ONCE_MS : values.for === undefined ? Infinity : durationOf(values.for);
  await forAWhile(ms, terminal, lost);
  if (once) draw(nodes);
  await nodes.end();
}

function rowsMax({ isTerminal, rows }: Terminal): number {
  return isTerminal ? Math.max(5, rows - FRAME_ROWS) : Infinity;
}

/** The last two reports of each node. */
class History {
  readonly #reports = new Map<string, { before: NodeReport | null; now: NodeReport }>();

  /** True for a report on actors. */
  add(report: Report): boolean {
    if (!('actors' in report)) return false;
    const { node, actors, loop } = report;
    const before = this.#reports.get(node)?.now ?? null;
    this.#reports.set(node, { before, now: { atMs: performance.now(), actors, loop } });
    return true;
  }

  of(nodes: Nodes): NodeReports[] {
    return [...this.#reports].map(([node, reports]) => ({ node, title: nodes.title(node), ...reports }));
  }
}
