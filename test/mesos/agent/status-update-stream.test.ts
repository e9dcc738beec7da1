/** The pure core of a task's stream of updates. */
import { expect, test } from 'vitest';
import { StatusUpdateStream } from '../../../mesos/agent/status-update-stream.ts';
import type { StatusUpdate, StatusUpdateRecord, TaskState } from '../../../mesos/protocol/index.ts';

function update(number: number, state: TaskState): StatusUpdate {
  const uuid = new Uint8Array(16).fill(number);
  return {
    framework_id: { value: 'F' },
    status: { task_id: { value: 't' }, state, uuid },
    timestamp: number,
    uuid,
  };
}

function stream(...records: (StatusUpdateRecord | null)[]): StatusUpdateStream {
  const made = new StatusUpdateStream('t', 'F', null);
  for (const record of records) if (record !== null) made.apply(record);
  return made;
}

const RUNNING = update(1, 'TASK_RUNNING');
const FINISHED = update(2, 'TASK_FINISHED');
const recorded = (each: StatusUpdate): StatusUpdateRecord => ({ type: 'UPDATE', update: each });
const acknowledged = (each: StatusUpdate): StatusUpdateRecord => ({ type: 'ACK', uuid: each.uuid });

test('only the oldest update is the head, until it is acknowledged', () => {
  const made = stream(recorded(RUNNING), recorded(FINISHED));
  expect(made.head).toBe(RUNNING);
  made.apply(acknowledged(RUNNING));
  expect(made.head).toBe(FINISHED);
});

test('an update that came before is not recorded again, acknowledged or not', () => {
  expect(stream(recorded(RUNNING)).accept(RUNNING)).toBeNull();
  expect(stream(recorded(RUNNING), acknowledged(RUNNING)).accept(RUNNING)).toBeNull();
});

test('an update without uuid is refused: nobody could acknowledge it', () => {
  expect(() => stream().accept({ ...RUNNING, uuid: undefined })).toThrow('has no uuid');
});

test('an acknowledgement of anything but the head is unexpected', () => {
  const made = stream(recorded(RUNNING), recorded(FINISHED));
  expect(made.acknowledge(FINISHED.uuid ?? new Uint8Array())).toBeNull();
});

test('a second acknowledgement of the same update is a duplicate', () => {
  const made = stream(recorded(RUNNING), acknowledged(RUNNING));
  expect(() => made.acknowledge(RUNNING.uuid ?? new Uint8Array())).toThrow(
    'Duplicate task status acknowledgement (UUID: 01010101-0101-0101-0101-010101010101) for task t of framework F',
  );
});

test('the acknowledgement of a terminal update closes the stream', () => {
  const made = stream(recorded(RUNNING), recorded(FINISHED), acknowledged(RUNNING));
  expect(made.isClosed).toBe(false);
  made.apply(acknowledged(FINISHED));
  expect(made.isClosed).toBe(true);
});
