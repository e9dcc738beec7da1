/**
 * `npm run bench [-- libprocess tcp cluster] [--full]`: what the project reaches on this machine, beside the limit of
 * plain JavaScript in the same run and the targets that we set ourselves. The figures go to bench-results/ as JSON.
 *
 * Without names everything is run, in under two minutes; `--full` takes longer and is steadier.
 */
import { parseArgs } from 'node:util';
import { clusterFigures } from './cluster.ts';
import { localCases } from './local.ts';
import { type Effort, type Figure, machine, measure } from './measure.ts';
import { save, table } from './report.ts';
import { tcpFigures } from './tcp.ts';

const GROUPS: Readonly<Record<string, (effort: Effort, tell: (line: string) => void) => Promise<Figure[]>>> = {
  async libprocess(effort, tell) {
    const figures: Figure[] = [];
    for (const each of localCases(effort)) {
      tell(each.name);
      figures.push(await measure(each, effort));
    }
    return figures;
  },
  tcp: tcpFigures,
  cluster: clusterFigures,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { full: { type: 'boolean' } } });
const unknown = positionals.find(name => !(name in GROUPS));
if (unknown !== undefined) {
  console.error(`there is no group '${unknown}': want ${Object.keys(GROUPS).join(', ')}`);
  process.exit(1);
}

const effort: Effort = { full: values.full ?? false, pairs: values.full ? 5 : 3 };
const wanted = positionals.length === 0 ? Object.keys(GROUPS) : positionals;
const started = new Date();
const figures: Figure[] = [];
for (const name of wanted) {
  figures.push(...((await GROUPS[name]?.(effort, line => process.stderr.write(`  ${name}: ${line}\n`))) ?? []));
}
console.log(`\n${table(figures, machine())}`);
console.log(`\nkept in ${await save(figures, machine(), started)}`);
