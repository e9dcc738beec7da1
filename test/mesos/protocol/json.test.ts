/** JSON that Apache Mesos answered or streamed: we read it and print it the same, keys in the same order. */
import { expect, test } from 'vitest';
import { fromProtobuf, toProtobuf } from '../../../libprocess/codec/protobuf.ts';
import { fromJson, type Struct, toJson } from '../../../libprocess/index.ts';
import { agent, executor, master, registry, scheduler, v0 } from '../../../mesos/protocol/index.ts';
import { document, lines, sorted } from './fixtures.ts';

const PRINTED: readonly { readonly file: string; readonly schema: Struct<unknown> }[] = [
  { file: 'scheduler-events.jsonl', schema: scheduler.Event },
  { file: 'executor-events.jsonl', schema: executor.Event },
  { file: 'operator-events.jsonl', schema: master.Event },
  { file: 'master-responses.jsonl', schema: master.Response },
  { file: 'agent-responses.jsonl', schema: agent.Response },
];
const EACH = PRINTED.flatMap(({ file, schema }) =>
  lines(file).map((json, index) => ({ file, schema, json, index, type: (json as { type: string }).type })),
);

test.each(EACH)('$file $index, $type, is printed as it was read', ({ schema, json }) => {
  expect(JSON.stringify(toJson(schema, fromJson(schema, json)))).toBe(JSON.stringify(json));
});

test.each(EACH)('$file $index, $type, says the same in protobuf', ({ schema, json }) => {
  const body = fromJson(schema, json);
  expect(fromProtobuf(schema, toProtobuf(schema, body))).toEqual(body);
});

/** Defaults that a framework left out are printed, and empty lists that it wrote are not: what it set is compared. */
test.each(lines('scheduler-calls.jsonl'))('a call that a framework made is understood (%#)', json => {
  expect(toJson(scheduler.Call, fromJson(scheduler.Call, json))).toMatchObject(withoutEmptyLists(json));
});

function withoutEmptyLists(json: unknown): object {
  return JSON.parse(
    JSON.stringify(json, (_, value) => (Array.isArray(value) && value.length === 0 ? undefined : value)),
  );
}

test('a call of a type that nobody knows is a call without a type', () => {
  expect(fromJson(scheduler.Call, { type: 'NOPE', framework_id: { value: 'f' } })).toEqual({
    framework_id: { value: 'f' },
  });
});

test('the registry is printed in the v0 spelling', () => {
  const json = document('registry-v0.json');
  const schema = v0(registry.Registry);
  expect(JSON.stringify(sorted(toJson(schema, fromJson(schema, json))))).toBe(JSON.stringify(sorted(json)));
});
