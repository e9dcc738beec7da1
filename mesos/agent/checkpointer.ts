/**
 * What the agent writes down, so that one after it finds its executors and their tasks again.
 *
 * Source: Mesos state::checkpoint, Framework::checkpointFramework, Executor::checkpointExecutor (slave.cpp).
 */
import { type Disk, Future } from '../../libprocess/index.ts';
import { ExecutorInfo, FrameworkInfo, SlaveInfo, Task } from '../protocol/index.ts';
import {
  agentDir,
  agentInfoPath,
  agentsDir,
  bootIdPath,
  executorDir,
  executorGeneratedPath,
  executorInfoPath,
  frameworkDir,
  frameworkInfoPath,
  frameworkPidPath,
  httpMarkerPath,
  latestAgentPath,
  latestRunPath,
  libprocessPidPath,
  type RunIds,
  runDir,
  sentinelPath,
  taskDir,
  taskInfoPath,
  tasksDir,
} from './paths.ts';
import { record } from './records.ts';

export class Checkpointer {
  constructor(
    private readonly disk: Disk,
    readonly metaDir: string,
  ) {}

  bootId(id: string): Future<void> {
    return this.disk.write(bootIdPath(this.metaDir), id);
  }

  /** The boot that an agent before this one lived in; null when there was none. */
  readBootId(): Future<string | null> {
    return this.disk.read(bootIdPath(this.metaDir)).then(bytes => {
      return bytes === null ? null : Buffer.from(bytes).toString('utf8').trim();
    });
  }

  /** The agent has its id: from now on a restart can find it. */
  agent(info: SlaveInfo, id: string, workDir: string): Future<void> {
    const { disk, metaDir } = this;
    return Future.from(async () => {
      await disk.write(agentInfoPath(metaDir, id), record(SlaveInfo, info));
      await disk.symlink(agentDir(metaDir, id), latestAgentPath(metaDir));
      await disk.mkdir(agentDir(workDir, id));
      await disk.symlink(agentDir(workDir, id), latestAgentPath(workDir));
    });
  }

  /** Forgets which agent this was: it starts again as a new one. */
  forgetAgent(): Future<void> {
    return this.disk.remove(`${agentsDir(this.metaDir)}/latest`);
  }

  framework(agentId: string, id: string, info: FrameworkInfo, pid: string): Future<unknown> {
    const folder = frameworkDir(this.metaDir, agentId, id);
    return Future.collect([
      this.disk.write(frameworkInfoPath(folder), record(FrameworkInfo, info)),
      this.disk.write(frameworkPidPath(folder), pid),
    ]);
  }

  executor(ids: RunIds, info: ExecutorInfo, isGenerated: boolean): Future<unknown> {
    const { disk, metaDir } = this;
    const folder = executorDir(metaDir, ids);
    const run = runDir(metaDir, ids);
    return Future.collect([
      disk.write(executorInfoPath(folder), record(ExecutorInfo, info)),
      disk.write(executorGeneratedPath(folder), isGenerated ? '1' : '0'),
      disk.mkdir(tasksDir(run)).then(() => disk.symlink(run, latestRunPath(metaDir, ids))),
    ]);
  }

  libprocessPid(run: string, pid: string): Future<void> {
    return this.disk.write(libprocessPidPath(run), pid);
  }

  httpMarker(run: string): Future<void> {
    return this.disk.write(httpMarkerPath(run), '');
  }

  task(run: string, task: Task): Future<void> {
    return this.disk.write(taskInfoPath(taskDir(run, task.task_id.value)), record(Task, task));
  }

  /** The run is over, and all about it acknowledged. */
  sentinel(run: string): Future<void> {
    return this.disk.write(sentinelPath(run), '');
  }
}
