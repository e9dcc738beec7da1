/** Bad requests to the scheduler API: each gets Mesos' status and sentence, and the master lives on. */
import { expect, test } from 'vitest';
import { running } from './scene.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const SUBSCRIBE = '{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"u","name":"n"}}}';

test.each([
  { why: 'GET', method: 'GET', body: '', headers: {}, status: 405, text: /^405 Method Not Allowed/ },
  { why: 'no Content-Type', body: '{}', headers: {}, status: 400, text: "Expecting 'Content-Type' to be present" },
  {
    why: 'another Content-Type',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    text: "Expecting 'Content-Type' of application/json or application/x-protobuf",
  },
  {
    why: 'a charset',
    body: '{}',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    status: 415,
    text: "Expecting 'Content-Type' of application/json or application/x-protobuf",
  },
  {
    why: 'no JSON',
    body: 'notjson',
    status: 400,
    text: 'Failed to parse body into JSON: syntax error at line 1 near: otjson',
  },
  {
    why: 'a list',
    body: '[]',
    status: 400,
    text: /^Failed to convert JSON into Call protobuf: Expecting a JSON object/,
  },
  {
    why: 'no type',
    body: '{}',
    status: 400,
    text: "Failed to validate scheduler::Call: Expecting 'type' to be present",
  },
  {
    why: 'a missing field',
    body: '{"type":"SUBSCRIBE","subscribe":{"framework_info":{"name":"n"}}}',
    status: 400,
    text: 'Failed to convert JSON into Call protobuf: Missing required fields: subscribe.framework_info.user',
  },
  {
    why: 'no subscribe',
    body: '{"type":"SUBSCRIBE"}',
    status: 400,
    text: "Failed to validate scheduler::Call: Expecting 'subscribe' to be present",
  },
  {
    why: 'no framework_id',
    body: '{"type":"REVIVE"}',
    status: 400,
    text: "Failed to validate scheduler::Call: Expecting 'framework_id' to be present",
  },
  {
    why: 'two ids',
    body: '{"framework_id":{"value":"a"},"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"u","name":"n","id":{"value":"b"}}}}',
    status: 400,
    text: "Failed to validate scheduler::Call: 'framework_id' differs from 'subscribe.framework_info.id'",
  },
  {
    why: 'a part that is missing',
    body: '{"framework_id":{"value":"FID"},"type":"KILL"}',
    status: 400,
    text: "Failed to validate scheduler::Call: Expecting 'kill' to be present",
  },
  {
    why: 'an unknown framework',
    body: '{"framework_id":{"value":"x"},"type":"REVIVE"}',
    status: 400,
    text: 'Framework cannot be found',
  },
  {
    why: 'no stream id',
    body: '{"framework_id":{"value":"FID"},"type":"REVIVE"}',
    status: 400,
    text: "All non-subscribe calls should include the 'Mesos-Stream-Id' header",
  },
  {
    why: 'a wrong stream id',
    body: '{"framework_id":{"value":"FID"},"type":"REVIVE"}',
    headers: { ...JSON_TYPE, 'mesos-stream-id': 'x' },
    status: 400,
    text: /^The stream ID 'x' included in this request didn't match the stream ID currently associated with framework ID /,
  },
  {
    why: 'SUBSCRIBE with a stream id',
    body: SUBSCRIBE,
    headers: { ...JSON_TYPE, 'mesos-stream-id': 'x' },
    status: 400,
    text: "Subscribe calls should not include the 'Mesos-Stream-Id' header",
  },
  {
    why: 'an Accept that nobody can serve',
    body: SUBSCRIBE,
    headers: { ...JSON_TYPE, accept: 'text/html' },
    status: 406,
    text: "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'",
  },
  {
    why: 'a short uuid',
    body: '{"framework_id":{"value":"FID"},"type":"ACKNOWLEDGE","acknowledge":{"agent_id":{"value":"a"},"task_id":{"value":"t"},"uuid":"AAAA"}}',
    status: 400,
    text: /^Failed to validate scheduler::Call: /,
  },
])('$why', async ({ method = 'POST', body, headers = JSON_TYPE, status, text }) => {
  const { request, scheduler } = await running({ failover_timeout: 60 });
  const answer = await request(method, '/api/v1/scheduler', body.replace('FID', scheduler.id), headers);
  expect(answer.status).toBe(status);
  if (typeof text === 'string') expect(answer.body).toBe(text);
  else expect(answer.body).toMatch(text);
  expect((await request('GET', '/health')).status).toBe(200);
});

test.each([
  { type: 'RECONCILE_OPERATIONS', reconcile_operations: {} },
  { type: 'ACCEPT_INVERSE_OFFERS', accept_inverse_offers: {} },
  { type: 'ACCEPT', accept: { offer_ids: [], operations: [{ type: 'RESERVE', reserve: {} }] } },
])('what is not there yet gets 501 and a sentence: $type', async call => {
  const { sim, scheduler } = await running({ failover_timeout: 60 });
  const answer = scheduler.call(call);
  await sim.advance(10);
  expect(answer.value.status).toBe(501);
  expect(answer.value.body).toMatch(/is not implemented yet/);
});

test('a framework that is disconnected is not subscribed', async () => {
  const { sim, scheduler } = await running({ failover_timeout: 60 });
  scheduler.hangUp();
  await sim.advance(10);
  const answer = scheduler.call({ type: 'REVIVE' });
  await sim.advance(10);
  expect([answer.value.status, answer.value.body]).toEqual([403, 'Framework is not subscribed']);
});

test('a scheduler may speak protobuf', async () => {
  const { toProtobuf } = await import('../../../libprocess/index.ts');
  const { Call } = await import('../../../mesos/protocol/scheduler-api.ts');
  const { runtime, sim } = await running();
  const body = toProtobuf(Call, { type: 'SUBSCRIBE', subscribe: { framework_info: { user: 'u', name: 'pb' } } });
  const headers = { 'content-type': 'application/x-protobuf', accept: 'application/x-protobuf' };
  const path = '/api/v1/scheduler';
  const answer = runtime.serve({ method: 'POST', path, search: '', headers, body, reader: null, peer: null });
  await sim.settle();
  expect(answer.value.headers['content-type']).toBe('application/x-protobuf');
  const chunk = answer.value.reader?.read();
  expect(Buffer.from(chunk?.value ?? []).toString('latin1')).toMatch(/^\d+\n/);
});
