/**
 * What the agent does not remember of a task, but an executor that adopts it has to know: its check, and how long it
 * may run. The executor that starts such a task writes it down beside the wrapper's notes.
 *
 * Source: our own; in Mesos the executor and its task end together.
 */
import { type Disk, Future, fromProtobuf, toProtobuf } from '../../libprocess/index.ts';
import { TaskInfo } from '../protocol/index.ts';

const path = (runDir: string): string => `${runDir}/task`;

/** Ready at once for a task of which the agent knows all, or that nobody could adopt. */
export function noteTask(disk: Disk, runDir: string | null, task: TaskInfo): Future<void> {
  const { check, max_completion_time } = task;
  if (runDir === null || (check === undefined && max_completion_time === undefined)) return Future.ready(undefined);
  return disk.write(path(runDir), toProtobuf(TaskInfo, task));
}

/** `task` as it was noted; as it is where there is no note. */
export function notedTask(disk: Disk, runDir: string | null, task: TaskInfo): Future<TaskInfo> {
  if (runDir === null) return Future.ready(task);
  return disk.read(path(runDir)).then(bytes => (bytes === null ? task : fromProtobuf(TaskInfo, bytes)));
}
