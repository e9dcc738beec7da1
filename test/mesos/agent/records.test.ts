/** Checkpoint files. */
import { expect, test } from 'vitest';
import { readRecord, readRecords, record } from '../../../mesos/agent/records.ts';
import { TaskID } from '../../../mesos/protocol/index.ts';

const A = record(TaskID, { value: 'a' });
const B = record(TaskID, { value: 'bb' });

test('a record is its length in four bytes, little-endian, and the message', () => {
  expect([...A]).toEqual([3, 0, 0, 0, 0x0a, 1, 0x61]);
});

test('records of a stream come back in order', () => {
  const { bodies, length } = readRecords(TaskID, Buffer.concat([A, B]));
  expect(bodies.map(({ value }) => value)).toEqual(['a', 'bb']);
  expect(length).toBe(A.length + B.length);
});

test('a torn end is told apart from what is whole', () => {
  for (let cut = 1; cut < B.length; cut++) {
    const { bodies, length } = readRecords(TaskID, Buffer.concat([A, B.subarray(0, cut)]));
    expect(bodies).toHaveLength(1);
    expect(length).toBe(A.length);
  }
});

test('a file of one record that is torn is refused', () => {
  expect(() => readRecord(TaskID, B.subarray(0, 5))).toThrow('are not one whole record');
});
