/** The v0 spelling of JSON. */
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../../libprocess/index.ts';
import { MasterInfo, ReregisterSlaveMessage, TaskStatus, TaskStatusReason, v0 } from '../../../mesos/protocol/index.ts';

const STATUS: TaskStatus = {
  task_id: { value: 't' },
  state: 'TASK_LOST',
  agent_id: { value: 's' },
  source: 'SOURCE_AGENT',
  reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
};

test('an agent is a slave in fields, sources and reasons', () => {
  expect(toJson(v0(TaskStatus), STATUS)).toEqual({
    task_id: { value: 't' },
    state: 'TASK_LOST',
    slave_id: { value: 's' },
    source: 'SOURCE_SLAVE',
    reason: 'REASON_SLAVE_REMOVED_BY_OPERATOR',
  });
});

test('what was printed in v0 is read in v0', () => {
  expect(fromJson(v0(TaskStatus), toJson(v0(TaskStatus), STATUS))).toEqual(STATUS);
});

test('younger names have agent in v0 too', () => {
  const info: MasterInfo = {
    id: 'm',
    ip: 1,
    port: 5050,
    capabilities: [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }],
  };
  expect(toJson(v0(MasterInfo), info)).toEqual(info);
  const names = v0(ReregisterSlaveMessage.body).members.map(member => member.jsonName);
  expect(names).toContain('slave');
  expect(names).toContain('agent_capabilities');
});

test('of the reasons only those of an agent are renamed', () => {
  const reasons = Object.keys(TaskStatusReason.values) as TaskStatusReason[];
  const renamed = reasons.filter(reason => {
    const { reason: printed } = toJson(v0(TaskStatus), { ...STATUS, reason });
    return printed !== reason;
  });
  expect(renamed).toHaveLength(7);
  expect(renamed.every(reason => reason.startsWith('REASON_AGENT_'))).toBe(true);
});

test('the schema of a struct in v0 is made once', () => {
  expect(v0(TaskStatus)).toBe(v0(TaskStatus));
});
