/**
 * `npm run support`: prints, as Markdown, which calls, events, operations, flags and endpoints of Mesos are implemented,
 * which are answered 501, and which are refused with which sentence. CI prints it with every run.
 */
import { type SupportTables, supportTables } from '../mesos/index.ts';

const tables = await supportTables();
console.log(summary(tables));
for (const [title, table] of Object.entries(tables)) {
  console.log(`\n## ${title}\n`);
  for (const line of rows(['', 'status'], Object.entries(table).sort(byName))) console.log(line);
}

function summary(all: SupportTables): string {
  const lines = Object.entries(all).map(([title, table]) => {
    const states = Object.values(table);
    const count = (kind: string): string => String(states.filter(state => kindOf(state) === kind).length);
    return [title, String(states.length), count('implemented'), count('501'), count('refused or in part')];
  });
  return rows(['', 'all', 'implemented', '501', 'refused or in part'], lines).join('\n');
}

function kindOf(state: string): string {
  if (state === 'implemented' || state === 'accepted') return 'implemented';
  return state === '501' ? '501' : 'refused or in part';
}

function byName([a]: readonly string[], [b]: readonly string[]): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

function rows(titles: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const all = [titles, ...lines];
  const widths = titles.map((_, column) => Math.max(3, ...all.map(cells => cells[column]?.length ?? 0)));
  const say = (cells: readonly string[]): string => {
    return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  };
  return [say(titles), say(widths.map(width => '-'.repeat(width))), ...lines.map(say)];
}
