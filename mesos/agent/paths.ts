/**
 * Where the agent keeps what: sandboxes below `<work_dir>/slaves`, what recovery needs below `<work_dir>/meta`.
 *
 *   slaves/<agent>/frameworks/<framework>/executors/<executor>/runs/<container>/{stdout,stderr}
 *   meta/slaves/<agent>/slave.info
 *     └─ frameworks/<framework>/{framework.info,framework.pid}
 *          └─ executors/<executor>/{executor.info,executor_generated_for_command_task}
 *               └─ runs/<container>/{executor.sentinel,pids/…,tasks/<task>/{task.info,task.updates}}
 *
 * `latest` beside agents and beside runs is a link to the newest one.
 *
 * Source: Mesos src/slave/paths.cpp.
 */

/** The executor of one run; a run is one container. */
export interface RunIds {
  readonly agentId: string;
  readonly frameworkId: string;
  readonly executorId: string;
  readonly containerId: string;
}

export const metaDir = (workDir: string): string => `${workDir}/meta`;
export const bootIdPath = (root: string): string => `${root}/boot_id`;
export const resourcesPath = (root: string): string => `${root}/resources/resources.info`;
export const agentsDir = (root: string): string => `${root}/slaves`;
export const latestAgentPath = (root: string): string => `${agentsDir(root)}/latest`;
export const agentDir = (root: string, agentId: string): string => `${agentsDir(root)}/${agentId}`;
export const agentInfoPath = (meta: string, agentId: string): string => `${agentDir(meta, agentId)}/slave.info`;

export function frameworksDir(root: string, agentId: string): string {
  return `${agentDir(root, agentId)}/frameworks`;
}

export function frameworkDir(root: string, agentId: string, frameworkId: string): string {
  return `${frameworksDir(root, agentId)}/${frameworkId}`;
}

export const frameworkInfoPath = (frameworkFolder: string): string => `${frameworkFolder}/framework.info`;
export const frameworkPidPath = (frameworkFolder: string): string => `${frameworkFolder}/framework.pid`;
export const executorsDir = (frameworkFolder: string): string => `${frameworkFolder}/executors`;

export function executorDir(root: string, ids: Omit<RunIds, 'containerId'>): string {
  return `${executorsDir(frameworkDir(root, ids.agentId, ids.frameworkId))}/${ids.executorId}`;
}

export const executorInfoPath = (executorFolder: string): string => `${executorFolder}/executor.info`;
/** `1` or `0`: whether the executor was made up by the agent to run a command. */
export const executorGeneratedPath = (folder: string): string => `${folder}/executor_generated_for_command_task`;
export const runsDir = (executorFolder: string): string => `${executorFolder}/runs`;

/** Below the work directory the sandbox, below meta what is known of the run. */
export function runDir(root: string, ids: RunIds): string {
  return `${runsDir(executorDir(root, ids))}/${ids.containerId}`;
}

export function latestRunPath(root: string, ids: Omit<RunIds, 'containerId'>): string {
  return `${runsDir(executorDir(root, ids))}/latest`;
}

export const sentinelPath = (runFolder: string): string => `${runFolder}/executor.sentinel`;
export const pidsDir = (runFolder: string): string => `${runFolder}/pids`;
export const forkedPidPath = (runFolder: string): string => `${pidsDir(runFolder)}/forked.pid`;
export const libprocessPidPath = (runFolder: string): string => `${pidsDir(runFolder)}/libprocess.pid`;
export const httpMarkerPath = (runFolder: string): string => `${pidsDir(runFolder)}/http.marker`;
export const tasksDir = (runFolder: string): string => `${runFolder}/tasks`;
export const taskDir = (runFolder: string, taskId: string): string => `${tasksDir(runFolder)}/${taskId}`;
export const taskInfoPath = (taskFolder: string): string => `${taskFolder}/task.info`;
export const taskUpdatesPath = (taskFolder: string): string => `${taskFolder}/task.updates`;

/** What the executor host of `user` is known by: our own, beside Mesos' files. */
export const hostDir = (meta: string, user: string): string => `${meta}/executor_hosts/${user}`;

/** How the sandbox is also called over HTTP, whatever agent and container it was. */
export function virtualLatestRun(frameworkId: string, executorId: string): string {
  return `/frameworks/${frameworkId}/executors/${executorId}/runs/latest`;
}
