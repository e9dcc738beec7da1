/**
 * The OS process of one row: measures the case whose number it is given, and reports the figure to its parent.
 *
 *   local-figures.ts ──fork──▶ one-case.ts 3 full        one-case.ts ──figure──▶ local-figures.ts
 */
import { Erlang } from './erlang.ts';
import { localCases } from './local.ts';
import { FULL, measure, QUICK } from './measure.ts';

const [number, effortName] = process.argv.slice(2);
const effort = effortName === 'full' ? FULL : QUICK;
const erlang = await Erlang.start();
const each = localCases(effort, erlang)[Number(number)];
if (each === undefined) throw new Error(`there is no case ${number}`);
process.send?.(await measure(each, effort));
await erlang?.stop();
process.disconnect();
