/** `mesos-debug seq ADDRESS|FILE`: a conversation as a sequence diagram. */
import { existsSync } from 'node:fs';
import { Failure } from '../../../libprocess/index.ts';
import { plant, type Step, sequenceDiagram, type TraceEvent, treeOf } from '../../../libprocess/trace.ts';
import { type Command, CREDENTIALS, eventFilter, FILTERS, listOf, optionsOf, type Terminal } from './command.ts';
import { credentialHeaders } from './credentials.ts';
import { historyOf, readEvents } from './history.ts';
import { mermaid } from './mermaid.ts';
import { inOrder, stepsOf, treesWith } from './steps.ts';

const OPTIONS = {
  ...CREDENTIALS,
  ...FILTERS,
  tree: { type: 'string' },
  trees: { type: 'boolean' },
  columns: { type: 'string', multiple: true },
  limit: { type: 'string', default: '200' },
  mermaid: { type: 'boolean' },
} as const;

export const seq: Command = {
  name: 'seq',
  usage: 'seq ADDRESS|FILE [--tree=ID | --actor=… --message=…] [--trees] [--mermaid]',
  summary: 'Draws a conversation as a sequence diagram, in text or for Mermaid.',
  help: `From what all nodes have kept, or from a file of JSON lines (export --format=jsonl, or curl …/__trace__).

  --tree=ID           the tree of consequences that this event belongs to
  --actor, --message, --kind
                      only what fits, as for trace
  --trees             what fits together with all that caused it and that it caused
  --columns=A,B,…     who comes first
  --limit=N           only the newest N steps; 200 by default
  --mermaid           a sequenceDiagram for documents

  mesos-debug seq 127.0.0.1:5050 --message=RunTaskMessage --trees
  mesos-debug seq trace.jsonl --tree=k3J9x2aQ/512 --mermaid`,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = optionsOf(argv, OPTIONS, { names: ['ADDRESS|FILE'] });
  const [source = ''] = positionals;
  const limit = Number(values.limit);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new Failure(`--limit=${values.limit}: want a number`, 'USAGE');
  const events = existsSync(source)
    ? await readEvents(source)
    : await historyOf(source, { headers: await credentialHeaders(values, terminal.env), all: true });
  const steps = chosen(events, values);
  if (steps.length === 0) throw new Failure(`none of the ${events.length} events that are kept fits`, 'NOTHING');
  if (steps.length > limit) terminal.note(`the newest ${limit} of ${steps.length} steps; --limit shows more`);
  const shown = steps.slice(-limit);
  const text = values.mermaid ? mermaid(shown) : sequenceDiagram(shown, { columns: listOf(values.columns ?? []) });
  terminal.write(`${text}\n`);
}

/** @throws Failure NOTHING for a tree that is not kept. */
function chosen(
  events: readonly TraceEvent[],
  values: { readonly tree?: string | undefined; readonly trees?: boolean | undefined } & Parameters<
    typeof eventFilter
  >[0],
): Step[] {
  const fits = eventFilter(values);
  if (values.tree !== undefined) {
    const tree = treeOf(plant(events), values.tree);
    if (tree === undefined)
      throw new Failure(`the event '${values.tree}' is not kept any more, or never was`, 'NOTHING');
    return inOrder([tree]);
  }
  if (values.trees === true) return inOrder(treesWith(events, fits));
  return stepsOf(events.filter(fits));
}
