/**
 * `npm run bench [-- libprocess tcp journal threads trace cluster] [--full] [--markdown]`: what the project reaches on this
 * machine, beside the limit of plain JavaScript and, where it is installed, Erlang in the same run, and the targets that
 * we set ourselves.
 *
 *   quick        5 pairs of runs, under a minute a group
 *   --full       31 pairs of longer runs
 *   --markdown   puts the tables in the pages that have a place for them: those of libprocess and tcp in
 *                docs/libprocess.md
 *
 * Without names everything is run. The figures go to bench-results/ as JSON, each single run among them.
 */
import { parseArgs } from 'node:util';
import { clusterFigures } from './cluster.ts';
import { Erlang } from './erlang.ts';
import { journalFigures } from './journal.ts';
import { localFigures } from './local-figures.ts';
import { type Effort, type Figure, FULL, machine, QUICK } from './measure.ts';
import { save, table, writeInto } from './report.ts';
import { tcpFigures } from './tcp.ts';
import { threadFigures } from './threads.ts';
import { traceFigures } from './trace.ts';

interface Group {
  readonly figures: (effort: Effort, tell: (line: string) => void) => Promise<Figure[]>;
  /** The page that has a place for the group's tables. */
  readonly page?: string | undefined;
}

const GROUPS: Readonly<Record<string, Group>> = {
  libprocess: { figures: localFigures, page: 'docs/libprocess.md' },
  tcp: { figures: tcpFigures, page: 'docs/libprocess.md' },
  journal: { figures: journalFigures },
  threads: { figures: threadFigures, page: 'docs/threads.md' },
  trace: { figures: traceFigures, page: 'docs/debugger.md' },
  cluster: { figures: clusterFigures },
};

const options = { full: { type: 'boolean' }, markdown: { type: 'boolean' } } as const;
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const unknown = positionals.find(name => !(name in GROUPS));
if (unknown !== undefined) {
  console.error(`there is no group '${unknown}': want ${Object.keys(GROUPS).join(', ')}`);
  process.exit(1);
}

if (!Erlang.isInstalled()) console.error("  no 'erl' here: Erlang is left out (Debian: apt-get install erlang-base)");
const [started, on] = [new Date(), machine()];
const figures: Figure[] = [];
for (const [name, group] of Object.entries(GROUPS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const tell = (line: string): boolean => process.stderr.write(`  ${name}: ${line}\n`);
  const found = await group.figures(values.full ? FULL : QUICK, tell);
  if (values.markdown && group.page !== undefined) await writeInto(group.page, name, found, on);
  figures.push(...found);
}
console.log(`\n${table(figures, on)}`);
console.log(`\nkept in ${await save(figures, on, started)}`);
