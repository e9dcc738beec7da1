/**
 * What an agent before this one left in its meta folder, read back.
 *
 *   meta/slaves/latest ─▶ slave.info ─▶ frameworks ─▶ executors ─▶ their latest runs ─▶ tasks and their updates
 *
 * What is missing was never written, because the machine died first, and is passed over; what is damaged is refused,
 * or, without `--strict`, passed over and counted. A torn end of a file of updates is cut off.
 *
 * Source: Mesos src/slave/state.cpp (SlaveState::recover, …).
 */
import { basename } from 'node:path';
import { type Disk, Failure, type Struct } from '../../libprocess/index.ts';
import { ExecutorInfo, FrameworkInfo, SlaveInfo, StatusUpdateRecord, Task } from '../protocol/index.ts';
import {
  agentInfoPath,
  executorDir,
  executorGeneratedPath,
  executorInfoPath,
  executorsDir,
  forkedPidPath,
  frameworkDir,
  frameworkInfoPath,
  frameworkPidPath,
  frameworksDir,
  httpMarkerPath,
  latestAgentPath,
  latestRunPath,
  libprocessPidPath,
  sentinelPath,
  taskDir,
  taskInfoPath,
  tasksDir,
  taskUpdatesPath,
} from './paths.ts';
import { readRecord, readRecords } from './records.ts';
import { StatusUpdateStream } from './status-update-stream.ts';

export interface RecoveredTask {
  readonly task: Task;
  readonly records: readonly StatusUpdateRecord[];
  readonly stream: StatusUpdateStream;
}

export interface RecoveredRun {
  readonly containerId: string;
  /** The run's meta folder. */
  readonly dir: string;
  /** Over, and all about it acknowledged. */
  readonly isCompleted: boolean;
  readonly forkedPid: number | null;
  readonly libprocessPid: string | null;
  readonly isHttp: boolean;
  readonly tasks: readonly RecoveredTask[];
}

export interface RecoveredExecutor {
  readonly info: ExecutorInfo;
  readonly isGenerated: boolean;
  readonly run: RecoveredRun;
}

export interface RecoveredFramework {
  readonly id: string;
  readonly info: FrameworkInfo;
  readonly pid: string | null;
  readonly executors: readonly RecoveredExecutor[];
}

export interface RecoveredState {
  /** Null: this agent has not been registered before. */
  readonly info: SlaveInfo | null;
  readonly frameworks: readonly RecoveredFramework[];
  /** Damaged parts that were passed over. */
  readonly errors: number;
}

/** Fails with the disk's code; in strict mode also MALFORMED or CHECKPOINT_TORN, naming the file. */
export async function recover(disk: Disk, metaDir: string, strict: boolean): Promise<RecoveredState> {
  const reader = new Reader(disk, strict);
  const latest = await disk.realpath(latestAgentPath(metaDir));
  if (latest === null) return { info: null, frameworks: [], errors: 0 };
  const agentId = basename(latest);
  const info = await reader.body(SlaveInfo, agentInfoPath(metaDir, agentId));
  if (info === null) return { info: null, frameworks: [], errors: reader.errors };
  const frameworks: RecoveredFramework[] = [];
  for (const id of await disk.list(frameworksDir(metaDir, agentId))) {
    const framework = await recoverFramework(reader, metaDir, agentId, id);
    if (framework !== null) frameworks.push(framework);
  }
  return { info, frameworks, errors: reader.errors };
}

async function recoverFramework(
  reader: Reader,
  metaDir: string,
  agentId: string,
  id: string,
): Promise<RecoveredFramework | null> {
  const folder = frameworkDir(metaDir, agentId, id);
  const info = await reader.body(FrameworkInfo, frameworkInfoPath(folder));
  if (info === null) return null;
  const executors: RecoveredExecutor[] = [];
  for (const executorId of await reader.disk.list(executorsDir(folder))) {
    const executor = await recoverExecutor(reader, metaDir, { agentId, frameworkId: id, executorId });
    if (executor !== null) executors.push(executor);
  }
  const pid = await reader.text(frameworkPidPath(folder));
  return { id, info, pid: pid === '' ? null : pid, executors };
}

async function recoverExecutor(
  reader: Reader,
  metaDir: string,
  ids: { agentId: string; frameworkId: string; executorId: string },
): Promise<RecoveredExecutor | null> {
  const folder = executorDir(metaDir, ids);
  const info = await reader.body(ExecutorInfo, executorInfoPath(folder));
  const latest = await reader.disk.realpath(latestRunPath(metaDir, ids));
  if (info === null || latest === null) return null;
  const isGenerated = (await reader.text(executorGeneratedPath(folder))) === '1';
  return { info, isGenerated, run: await recoverRun(reader, latest, ids.frameworkId) };
}

async function recoverRun(reader: Reader, dir: string, frameworkId: string): Promise<RecoveredRun> {
  const tasks: RecoveredTask[] = [];
  for (const taskId of await reader.disk.list(tasksDir(dir))) {
    const task = await recoverTask(reader, taskDir(dir, taskId), frameworkId, taskId);
    if (task !== null) tasks.push(task);
  }
  const forked = Number.parseInt((await reader.text(forkedPidPath(dir))) ?? '', 10);
  return {
    containerId: basename(dir),
    dir,
    isCompleted: (await reader.disk.stat(sentinelPath(dir))) !== null,
    forkedPid: Number.isNaN(forked) ? null : forked,
    libprocessPid: await reader.text(libprocessPidPath(dir)),
    isHttp: (await reader.disk.stat(httpMarkerPath(dir))) !== null,
    tasks,
  };
}

async function recoverTask(
  reader: Reader,
  folder: string,
  frameworkId: string,
  taskId: string,
): Promise<RecoveredTask | null> {
  const task = await reader.body(Task, taskInfoPath(folder));
  if (task === null) return null;
  const path = taskUpdatesPath(folder);
  const records = await reader.stream(StatusUpdateRecord, path);
  const stream = new StatusUpdateStream(taskId, frameworkId, path);
  for (const each of records) stream.apply(each);
  return { task, records, stream };
}

/** Reads files, and decides what a damaged one means. */
class Reader {
  errors = 0;

  constructor(
    readonly disk: Disk,
    private readonly strict: boolean,
  ) {}

  async text(path: string): Promise<string | null> {
    const bytes = await this.disk.read(path);
    return bytes === null ? null : Buffer.from(bytes).toString('utf8');
  }

  async body<T>(schema: Struct<T>, path: string): Promise<T | null> {
    const bytes = await this.disk.read(path);
    return bytes === null ? null : this.#guarded(path, null, () => readRecord(schema, bytes));
  }

  async stream<T>(schema: Struct<T>, path: string): Promise<readonly T[]> {
    const bytes = await this.disk.read(path);
    if (bytes === null) return [];
    const { bodies, length } = this.#guarded(path, { bodies: [], length: bytes.length }, () =>
      readRecords(schema, bytes),
    );
    if (length < bytes.length) await this.disk.truncate(path, length);
    return bodies;
  }

  #guarded<T>(path: string, otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.errors += 1;
      if (!this.strict) return otherwise;
      throw new Failure(`Failed to read '${path}': ${error.message}`, error.code, { cause: error });
    }
  }
}
