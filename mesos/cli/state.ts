/** `mesos state`: everything that the leading master tells about the cluster, as JSON. */
import { usage } from '../common/flag-help.ts';
import { readFlags } from '../read-flags.ts';
import { type Command, print, withRuntime } from './command.ts';
import { fetchState, LOOK_FLAGS } from './master-state.ts';

const SUMMARY = 'Prints the state of the cluster as JSON.';

export const state: Command = {
  name: 'state',
  summary: SUMMARY,
  async run(argv, env) {
    const { help, master } = readFlags(LOOK_FLAGS, argv, env).values;
    if (help) print(usage('mesos state', SUMMARY, LOOK_FLAGS));
    else print(JSON.stringify(JSON.parse(await withRuntime(runtime => fetchState(runtime, master))), null, 2));
    return 0;
  },
};
