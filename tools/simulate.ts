/**
 * `npm run simulate -- [lock|cluster] [--seeds=1000] [--from=1] [--bug=NAME] [--digest]`: plays a scenario with one seed
 * after another until one fails, and then prints what failed, the last of the message flow, and the command that plays
 * that seed again.
 *
 *   --bug=lock/skip-quorum   with one of the bugs that are planted in the example
 *   --digest                 prints the SHA-256 of all that happened, for each seed
 */
import { parseArgs } from 'node:util';
import { BUGS, type Bug, playLock } from '../examples/replicated-lock/simulation.ts';
import { search } from '../libprocess/testing.ts';
import { playCluster } from '../test/simulation/cluster.ts';

/** From one line of progress to the next. */
const PROGRESS_MS = 5_000;

interface Played {
  readonly digest: string;
}

const SCENARIOS: Readonly<Record<string, (seed: number, bug: Bug | null, replay: string) => Promise<Played>>> = {
  lock: playLock,
  cluster: (seed, _bug, replay) => playCluster(seed, replay),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    bug: { type: 'string' },
    digest: { type: 'boolean', default: false },
  },
});
const [name = 'lock'] = positionals;
const play = SCENARIOS[name];
if (play === undefined) refuse(`there is no scenario '${name}': want ${Object.keys(SCENARIOS).join(' or ')}`);
const [seeds, from, bug] = [whole('seeds', values.seeds), whole('from', values.from), bugNamed(values.bug)];

let passed = 0;
const started = performance.now();
const progress = setInterval(() => process.stderr.write(`  ${passed} seeds, ${rate()} a second\n`), PROGRESS_MS);
const count = (): void => {
  passed += 1;
};
const finding = await search(playSeed, { seeds, from, passed: count });
clearInterval(progress);
if (finding === null) {
  console.log(`${name}: ${seeds} seeds from ${from} on passed, ${rate()} a second`);
} else {
  console.log(`${name}: seed ${finding.seed} failed, the ${finding.tried}. of ${seeds}\n`);
  console.log(finding.error instanceof Error ? finding.error.message : finding.error);
  process.exitCode = 1;
}

async function playSeed(seed: number): Promise<void> {
  const replay = `npm run simulate -- ${name} --from=${seed} --seeds=1${bug === null ? '' : ` --bug=${bug}`}`;
  const { digest } = await (play ?? playLock)(seed, bug, replay);
  if (values.digest) console.log(`seed ${seed} ${digest}`);
}

function rate(): string {
  return (passed / ((performance.now() - started) / 1_000)).toFixed(1);
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  return refuse(`--${option}=${text}: want a whole number of at least 1`);
}

function bugNamed(text: string | undefined): Bug | null {
  const found = BUGS.find(each => each === text);
  if (text === undefined || found !== undefined) return found ?? null;
  return refuse(`--bug=${text}: want one of ${BUGS.join(', ')}`);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(1);
}
