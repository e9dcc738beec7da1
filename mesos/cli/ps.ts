/** `mesos ps`: the tasks of a cluster, those that ended with `--all`. */
import { usage } from '../common/flag-help.ts';
import { readFlags } from '../read-flags.ts';
import { type Command, print, table, withRuntime } from './command.ts';
import { type ClusterState, type FrameworkState, fetchState, LOOK_FLAGS } from './master-state.ts';

const SUMMARY = 'Lists the tasks that the cluster runs.';
const TITLES = ['TASK', 'STATE', 'FRAMEWORK', 'AGENT', 'CPUS', 'MEM'];

const FLAGS = {
  ...LOOK_FLAGS,
  all: { type: 'bool', default: false, help: 'Those that have ended, too.' },
} as const;

export const ps: Command = {
  name: 'ps',
  summary: SUMMARY,
  async run(argv, env) {
    const { help, master, all } = readFlags(FLAGS, argv, env).values;
    if (help) {
      print(usage('mesos ps', SUMMARY, FLAGS));
      return 0;
    }
    const state: ClusterState = JSON.parse(await withRuntime(runtime => fetchState(runtime, master)));
    const rows = rowsOf(state, all);
    print(rows.length === 0 ? 'no tasks; `mesos execute` runs one' : table(TITLES, rows));
    return 0;
  },
};

function rowsOf(state: ClusterState, all: boolean): string[][] {
  const agents = new Map(state.slaves.map(({ id, hostname, port }) => [id, `${hostname}:${port}`]));
  const frameworks = all ? [...state.frameworks, ...state.completed_frameworks] : state.frameworks;
  const tasksOf = ({ tasks, completed_tasks }: FrameworkState) => (all ? [...tasks, ...completed_tasks] : tasks);
  return frameworks.flatMap(framework =>
    tasksOf(framework).map(({ id, state: phase, slave_id, resources }) => [
      id,
      phase,
      framework.name,
      agents.get(slave_id) ?? slave_id,
      String(resources.cpus),
      String(resources.mem),
    ]),
  );
}
