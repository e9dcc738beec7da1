/** One command executor on a simulated node, under an agent that is a probe. */
import type { MessageType } from '../../../libprocess/index.ts';
import { simulate } from '../../../libprocess/testing.ts';
import { CommandExecutor } from '../../../mesos/executor/command-executor.ts';
import { readEnvironment } from '../../../mesos/executor/environment.ts';
import {
  KillTaskMessage,
  RegisterExecutorMessage,
  ReregisterExecutorMessage,
  RunTaskMessage,
  StatusUpdateMessage,
  type TaskInfo,
  type TaskStatus,
} from '../../../mesos/protocol/index.ts';

export const SECOND_MS = 1_000;
const FRAMEWORK = { user: 'root', name: 'fw' };

export async function start({ checkpoint = true, id = 'slave(1)' } = {}) {
  const sim = simulate();
  const agent = sim.probe(id, RegisterExecutorMessage, ReregisterExecutorMessage, StatusUpdateMessage);
  const variables = {
    MESOS_SLAVE_ID: 'S0',
    MESOS_SLAVE_PID: `${id}@10.0.0.1:5050`,
    MESOS_DIRECTORY: '/sandbox',
    MESOS_CHECKPOINT: checkpoint ? '1' : '0',
    MESOS_RECOVERY_TIMEOUT: '1mins',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
  };
  const node = sim.node('host');
  const made = node.disk.mkdir('/sandbox');
  await sim.until(() => !made.isPending, SECOND_MS);
  const environment = readEnvironment(variables);
  const config = { frameworkId: 'F', executorId: 't', environment, variables, runDir: null, adopted: null };
  const { pid } = node.spawn(new CommandExecutor(config));
  await sim.advance(10);
  const say = <B>(type: MessageType<B>, body: B): void => agent.say(pid, type, body);
  const run = (command: string, more: Partial<TaskInfo> = {}): void => {
    const task_id = { value: 't' };
    const task = { name: 't', task_id, agent_id: { value: 'S0' }, command: { value: command }, ...more };
    say(RunTaskMessage, { framework: FRAMEWORK, task });
  };
  const kill = (graceSeconds?: number): void => {
    const kill_policy = graceSeconds === undefined ? undefined : { grace_period: { nanoseconds: graceSeconds * 1e9 } };
    say(KillTaskMessage, { framework_id: { value: 'F' }, task_id: { value: 't' }, kill_policy });
  };
  const states = (): string[] => agent.received(StatusUpdateMessage).map(({ update }) => update.status.state);
  const statuses = (): TaskStatus[] => agent.received(StatusUpdateMessage).map(({ update }) => update.status);
  return { sim, agent, node, pid, say, run, kill, states, statuses };
}
