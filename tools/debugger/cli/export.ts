/** `mesos-debug export ADDRESS --format=…`: what is kept, for other viewers. */
import { writeFile } from 'node:fs/promises';
import { Failure } from '../../../libprocess/index.ts';
import { type TraceEvent, toChromeTrace, toOtlp } from '../../../libprocess/trace.ts';
import { type Command, CREDENTIALS, eventFilter, FILTERS, optionsOf, type Terminal } from './command.ts';
import { credentialHeaders } from './credentials.ts';
import { historyOf } from './history.ts';

const OPTIONS = {
  ...CREDENTIALS,
  ...FILTERS,
  format: { type: 'string', default: 'chrome' },
  output: { type: 'string', short: 'o' },
  one: { type: 'boolean' },
} as const;

const FORMATS: Readonly<Record<string, (events: readonly TraceEvent[]) => string>> = {
  chrome: events => `${JSON.stringify(toChromeTrace(events))}\n`,
  otlp: events => `${JSON.stringify(toOtlp(events))}\n`,
  jsonl: events => events.map(event => `${JSON.stringify(event)}\n`).join(''),
};

export const exportTrace: Command = {
  name: 'export',
  usage: 'export ADDRESS --format=chrome|otlp|jsonl [-o FILE]',
  summary: 'Saves what is kept of a trace, for Perfetto, Jaeger or later.',
  help: `Of all nodes that are found from ADDRESS, as one file.

  --format=chrome     for ui.perfetto.dev and chrome://tracing
  --format=otlp       OpenTelemetry: POST it to /v1/traces of Jaeger or a collector
  --format=jsonl      one event a line, for \`mesos-debug seq\` and scripts
  -o FILE             where to; without it the standard output
  --one               of the node at ADDRESS alone
  --actor, --message, --kind
                      only what fits, as for trace

  mesos-debug export 127.0.0.1:5050 --format=chrome -o trace.json
  mesos-debug export 127.0.0.1:5050 --format=otlp | curl -H content-type:application/json -d @- http://localhost:4318/v1/traces`,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = optionsOf(argv, OPTIONS, { names: ['ADDRESS'] });
  const format = FORMATS[values.format];
  if (format === undefined) {
    throw new Failure(`--format=${values.format}: want ${Object.keys(FORMATS).join(', ')}`, 'USAGE');
  }
  const headers = await credentialHeaders(values, terminal.env);
  const events = await historyOf(positionals[0] ?? '', { headers, all: values.one !== true });
  const chosen = events.filter(eventFilter(values));
  if (values.output === undefined) terminal.write(format(chosen));
  else {
    await save(values.output, format(chosen));
    terminal.note(`${chosen.length} events are in ${values.output}`);
  }
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Failure(`cannot write ${path}: ${(error as Error).message}`, 'BAD_FILE', { cause: error });
  }
}
