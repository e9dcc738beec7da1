/** The pure parts of the master, by table. */
import { describe, expect, test } from 'vitest';
import { parseResourceList, parseResources } from '../../../mesos/common/resource-text.ts';
import { parseJson } from '../../../mesos/http/parse-json.ts';
import { masterFlags } from '../../../mesos/master/flags.ts';
import { type AgentState, reconcileAll, reconcileTask } from '../../../mesos/master/reconciliation.ts';
import { forgettable } from '../../../mesos/master/registry-gc.ts';
import { type LaunchView, validateTask } from '../../../mesos/master/validation.ts';
import type { Task, TaskInfo } from '../../../mesos/protocol/tasks.ts';

describe('a task', () => {
  const GOOD: TaskInfo = {
    name: 't',
    task_id: { value: 't' },
    agent_id: { value: 'a' },
    command: { value: 'true' },
    resources: parseResourceList('cpus:1;mem:64'),
  };
  const EXECUTOR = { executor_id: { value: 'e' }, framework_id: { value: 'f' }, command: { value: 'run' } };
  const VIEW: LaunchView = {
    frameworkId: 'f',
    agentId: 'a',
    agentHasLimits: true,
    available: parseResources('cpus:2;mem:128;gpus:1'),
    hasTask: id => id === 'running',
    hasUnreachableTask: id => id === 'unreachable',
    executor: id => (id === 'known' ? { ...EXECUTOR, executor_id: { value: 'known' } } : undefined),
  };
  const custom = (change: object): Partial<TaskInfo> => ({ command: undefined, executor: { ...EXECUTOR, ...change } });

  test.each<{ why: string; change: Partial<TaskInfo>; error: string | null }>([
    { why: 'that is fine', change: {}, error: null },
    { why: 'without id', change: { task_id: { value: '' } }, error: 'ID must not be empty' },
    { why: 'whose id is in use', change: { task_id: { value: 'running' } }, error: 'Task has duplicate ID: running' },
    {
      why: 'whose id an unreachable one has',
      change: { task_id: { value: 'unreachable' } },
      error: 'Task reuses the ID of an unreachable task: unreachable',
    },
    {
      why: 'of another agent',
      change: { agent_id: { value: 'b' } },
      error: 'Task uses invalid agent b while agent a is expected',
    },
    {
      why: 'with negative grace period',
      change: { kill_policy: { grace_period: { nanoseconds: -1 } } },
      error: "Task's 'kill_policy.grace_period' must be non-negative",
    },
    {
      why: 'with negative completion time',
      change: { max_completion_time: { nanoseconds: -1 } },
      error: "Task's `max_completion_time` must be non-negative",
    },
    { why: 'without resources', change: { resources: [] }, error: 'Task uses no resources' },
    {
      why: 'with half a GPU',
      change: { resources: [{ name: 'gpus', type: 'SCALAR', scalar: { value: 0.5 } }] },
      error:
        "Task uses invalid resources: Resource 'gpus:0.5' is invalid: The 'gpus' resource must be an unsigned integer",
    },
    {
      why: 'with both command and executor',
      change: { executor: EXECUTOR },
      error: 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present',
    },
    { why: 'with an executor', change: custom({}), error: null },
    {
      why: 'with a default executor',
      change: custom({ type: 'DEFAULT' }),
      error: "'ExecutorInfo.type' must be 'CUSTOM'",
    },
    {
      why: 'with an executor without command',
      change: custom({ command: undefined }),
      error: "'ExecutorInfo.command' must be set",
    },
    {
      why: 'with an executor of another framework',
      change: custom({ framework_id: { value: 'g' } }),
      error: 'ExecutorInfo has an invalid FrameworkID (Actual: g vs Expected: f)',
    },
    { why: 'with a limit', change: { limits: { cpus: { value: 2 } } }, error: null },
    {
      why: 'with a limit below its request',
      change: { limits: { mem: { value: 32 } } },
      error: 'The memory limit must be greater than or equal to the memory request',
    },
    {
      why: 'with a limit of disk',
      change: { limits: { disk: { value: 1 } } },
      error: "Only cpus and mem may be included in a task's resource limits",
    },
    {
      why: 'with too much',
      change: { resources: parseResourceList('cpus:3;mem:64') },
      error:
        'Total resources cpus:3; mem:64 required by task and its executor is more than available cpus:2; mem:128; gpus:1',
    },
    {
      why: 'whose executor is too much',
      change: custom({ resources: parseResourceList('cpus:1.5') }),
      error:
        'Total resources cpus:2.5; mem:64 required by task and its executor is more than available cpus:2; mem:128; gpus:1',
    },
  ])('$why', ({ change, error }) => {
    expect(validateTask({ ...GOOD, ...change }, VIEW)).toBe(error);
  });

  test('with another executor of the same id is told both', () => {
    const error = validateTask({ ...GOOD, ...custom({ executor_id: { value: 'known' }, name: 'other' }) }, VIEW);
    expect(error).toMatch(/^ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID\./);
  });
});

describe('reconciliation', () => {
  const TASK: Task = {
    name: 't',
    task_id: { value: 't' },
    framework_id: { value: 'f' },
    agent_id: { value: 'a' },
    state: 'TASK_FINISHED',
    status_update_state: 'TASK_RUNNING',
  };
  const SINCE = { nanoseconds: 7 };
  const view = (agent: AgentState, partitionAware: boolean, anyRecovered = false) => ({
    partitionAware,
    anyRecovered,
    tasks: [TASK],
    task: (id: string) => (id === 't' ? TASK : undefined),
    agentState: () => agent,
  });
  const UNKNOWN = { task_id: { value: 'x' }, agent_id: { value: 'a' } };

  test.each<{ agent: AgentState; aware: string; message: string }>([
    { agent: { kind: 'registered' }, aware: 'TASK_GONE', message: 'Task is unknown to the agent' },
    { agent: { kind: 'unreachable', since: SINCE }, aware: 'TASK_UNREACHABLE', message: 'Task is unreachable' },
    { agent: { kind: 'gone' }, aware: 'TASK_GONE_BY_OPERATOR', message: 'Task is gone' },
    { agent: { kind: 'unknown' }, aware: 'TASK_UNKNOWN', message: 'Task is unknown' },
  ])('of an unknown task on an agent that is $agent.kind says $aware, or TASK_LOST', ({ agent, aware, message }) => {
    const text = `Reconciliation: ${message}`;
    expect(reconcileTask(UNKNOWN, view(agent, true))).toMatchObject({ state: aware, message: text });
    expect(reconcileTask(UNKNOWN, view(agent, false))).toMatchObject({ state: 'TASK_LOST', message: text });
  });

  test('tells since when an agent is unreachable, to those who know what that means', () => {
    const agent: AgentState = { kind: 'unreachable', since: SINCE };
    expect(reconcileTask(UNKNOWN, view(agent, true))?.unreachable_time).toBe(SINCE);
    expect(reconcileTask(UNKNOWN, view(agent, false))?.unreachable_time).toBeUndefined();
  });

  test('waits for agents that have yet to come back', () => {
    expect(reconcileTask(UNKNOWN, view({ kind: 'recovered' }, true))).toBeNull();
    expect(reconcileTask({ task_id: { value: 'x' } }, view({ kind: 'unknown' }, true, true))).toBeNull();
  });

  test('tells what the framework was told last, not what comes next', () => {
    const answer = { state: 'TASK_RUNNING', message: 'Reconciliation: Latest task state' };
    expect(reconcileAll(view({ kind: 'registered' }, true))).toMatchObject([answer]);
    expect(reconcileTask({ task_id: { value: 't' } }, view({ kind: 'recovered' }, true, true))).toMatchObject(answer);
  });
});

describe('the registry forgets', () => {
  const at = (ms: number) => ({ nanoseconds: ms * 1e6 });
  const since = new Map([
    ['old', at(0)],
    ['middle', at(500)],
    ['new', at(900)],
  ]);

  test.each([
    { why: 'nobody when all are young and few', ageMaxMs: 1_000, countMax: 3, ids: [] },
    { why: 'who is too old', ageMaxMs: 600, countMax: 3, ids: ['old'] },
    { why: 'the oldest when there are too many', ageMaxMs: 10_000, countMax: 1, ids: ['old', 'middle'] },
  ])('$why', ({ ids, ...rules }) => {
    expect([...forgettable(since, 1_000, rules)]).toEqual(ids);
  });
});

describe('JSON that is none', () => {
  test.each([
    { text: 'notjson', near: 'line 1 near: otjson' },
    { text: '{"a":1,}', near: 'line 1 near: }' },
    { text: '{"a":\n x}', near: 'line 2 near: x}' },
    { text: '[1 2]', near: 'line 1 near: 2]' },
    { text: '{"a" 1}', near: 'line 1 near: 1}' },
    { text: '', near: 'line 1 near: ' },
    { text: '{"a":tru}', near: 'line 1 near: }' },
  ])('$text', ({ text, near }) => {
    expect(() => parseJson(text)).toThrow(`Failed to parse body into JSON: syntax error at ${near}`);
  });
});

describe('flags', () => {
  test('have the defaults of Mesos, but for the registry', () => {
    const { shown } = masterFlags([]);
    expect(shown).toMatchObject({ port: '5050', agent_ping_timeout: '15secs', registry: 'in_memory' });
  });

  test.each([
    { argv: ['--registry=replicated_log'], text: /^--registry=replicated_log is not supported: / },
    { argv: ['--zk=zk://h:2181/mesos'], text: /^--zk is not supported: / },
    { argv: ['--authenticate_agents'], text: /^--authenticate_agents is not supported: / },
    { argv: ['--nonsense=1'], text: /^Failed to load unknown flag 'nonsense'/ },
    { argv: ['--agent_ping_timeout=1ms'], text: /Must be between 1secs and 15mins/ },
    { argv: ['--max_agent_ping_timeouts=0'], text: /Must be at least 1/ },
    { argv: ['--agent_reregister_timeout=1mins'], text: /Must be at least 10mins/ },
    { argv: ['--role_sorter=random'], text: /^--role_sorter=random is not supported: / },
    { argv: ['--weights=a=0'], text: /^Failed to load flag 'weights': / },
    { argv: ['--domain={"fault_domain":1}'], text: /^Failed to load flag 'domain': / },
    { argv: ['stray'], text: /^Unexpected argument 'stray'/ },
  ])('$argv is refused with a sentence', ({ argv, text }) => {
    expect(() => masterFlags(argv)).toThrow(text);
  });

  test('older names work as well, and are shown as they were given', () => {
    expect(masterFlags(['--slave_ping_timeout=20secs']).shown).toMatchObject({ slave_ping_timeout: '20secs' });
  });
});
