/**
 * The executor that the agent makes up for a task that comes as a mere command.
 *
 * Source: Mesos Slave::getExecutorInfo (slave.cpp).
 */
import type { CommandInfo, DurationInfo, ExecutorInfo, FrameworkID, Resource, TaskInfo } from '../protocol/index.ts';

const CPUS = 0.1;
const MEM_MB = 32;
/** Commands longer than this are cut in the executor's name. */
const COMMAND_LENGTH_MAX = 15;
const CUT_LENGTH = 12;
/** What the executor needs besides the task's own grace period: to signal, and to reap. */
const GRACE_MARGIN_NS = 2e9;

export function commandExecutorInfo(frameworkId: FrameworkID, task: TaskInfo, launcherDir: string): ExecutorInfo {
  const { task_id, command = {}, container, labels, discovery, kill_policy } = task;
  const { uris, environment, user } = command;
  return {
    executor_id: { value: task_id.value },
    framework_id: frameworkId,
    command: {
      uris,
      environment,
      user,
      shell: false,
      value: `${launcherDir}/mesos-executor`,
      arguments: ['mesos-executor', `--launcher_dir=${launcherDir}`],
    },
    container,
    resources: overhead(task.resources ?? []),
    name: `Command Executor (Task: ${task_id.value}) (Command: ${describe(command)})`,
    source: task_id.value,
    discovery,
    labels,
    shutdown_grace_period: lengthened(kill_policy?.grace_period),
  };
}

/** What the executor itself may take, in the role of its task. */
function overhead([first]: readonly Resource[]): readonly Resource[] {
  const allocation_info = first?.allocation_info;
  return [
    { name: 'cpus', type: 'SCALAR', scalar: { value: CPUS }, allocation_info },
    { name: 'mem', type: 'SCALAR', scalar: { value: MEM_MB }, allocation_info },
  ];
}

function describe({ shell = true, value, arguments: argv = [] }: CommandInfo): string {
  if (!shell) return value === undefined ? 'NO EXECUTABLE' : `[${[value, ...argv].join(', ')}]`;
  if (value === undefined) return 'NO COMMAND';
  return `sh -c '${value.length > COMMAND_LENGTH_MAX ? `${value.slice(0, CUT_LENGTH)}...` : value}'`;
}

function lengthened(grace: DurationInfo | undefined): DurationInfo | undefined {
  return grace === undefined ? undefined : { nanoseconds: grace.nanoseconds + GRACE_MARGIN_NS };
}
