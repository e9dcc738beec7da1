/**
 * Several operations in one request: all of them or none (multi), or each for itself (multiRead).
 *
 *   request  { MultiHeader(type, false, -1) + request of that type } … MultiHeader(-1, true, -1)
 *   answer   { MultiHeader(type, false, err) + result } …              MultiHeader(-1, true, -1)
 *
 * A result of type -1 is an error: an int with the code.
 *
 * Source: Apache ZooKeeper MultiOperationRecord, MultiResponse.
 */
import { Failure, MALFORMED } from '../../libprocess/index.ts';
import { bool, type Infer, int, type JuteRecord, type JuteType, record } from './jute.ts';
import type { Reader } from './reader.ts';
import {
  CheckVersionRequest,
  ChildrenResponse,
  CreateRequest,
  CreateResponse,
  CreateTTLRequest,
  DataResponse,
  DeleteRequest,
  ErrorResponse,
  Nothing,
  PathResponse,
  SetDataRequest,
  StatResponse,
  WatchableRequest,
} from './requests.ts';
import type { Writer } from './writer.ts';

export const MultiHeader = record('MultiHeader', { type: int, done: bool, err: int });

const END = { type: -1, done: true, err: -1 } as const;

/** What a multi can hold, by the names of the operations. */
export const MULTI_REQUESTS = {
  create: { code: 1, request: CreateRequest },
  delete: { code: 2, request: DeleteRequest },
  getData: { code: 4, request: WatchableRequest },
  setData: { code: 5, request: SetDataRequest },
  getChildren: { code: 8, request: WatchableRequest },
  check: { code: 13, request: CheckVersionRequest },
  create2: { code: 15, request: CreateRequest },
  createContainer: { code: 19, request: CreateRequest },
  createTTL: { code: 21, request: CreateTTLRequest },
} as const;

/** What is answered to one of them; create2, createContainer and createTTL all answer create2. */
export const MULTI_RESULTS = {
  error: { code: -1, result: ErrorResponse },
  create: { code: 1, result: PathResponse },
  delete: { code: 2, result: Nothing },
  getData: { code: 4, result: DataResponse },
  setData: { code: 5, result: StatResponse },
  getChildren: { code: 8, result: ChildrenResponse },
  check: { code: 13, result: Nothing },
  create2: { code: 15, result: CreateResponse },
} as const;

type Requests = typeof MULTI_REQUESTS;
type Results = typeof MULTI_RESULTS;

export type MultiRequest = {
  [N in keyof Requests]: { readonly name: N; readonly body: Infer<Requests[N]['request']> };
}[keyof Requests];

export type MultiResult = {
  [N in keyof Results]: { readonly name: N; readonly body: Infer<Results[N]['result']> };
}[keyof Results];

interface Row {
  readonly name: string;
  readonly code: number;
  readonly type: JuteRecord<unknown>;
}

const REQUESTS: readonly Row[] = Object.entries(MULTI_REQUESTS).map(([name, { code, request }]) => {
  return { name, code, type: request as JuteRecord<unknown> };
});
const RESULTS: readonly Row[] = Object.entries(MULTI_RESULTS).map(([name, { code, result }]) => {
  return { name, code, type: result as JuteRecord<unknown> };
});

export const MultiRequests: JuteType<readonly MultiRequest[]> = {
  read: reader => readList(reader, REQUESTS) as MultiRequest[],
  write: (writer, requests) => writeList(writer, REQUESTS, requests, -1),
};

export const MultiResults: JuteType<readonly MultiResult[]> = {
  read: reader => readList(reader, RESULTS) as MultiResult[],
  write: (writer, results) => writeList(writer, RESULTS, results, 0),
};

interface Item {
  readonly name: string;
  readonly body: unknown;
}

function readList(reader: Reader, rows: readonly Row[]): Item[] {
  const items: Item[] = [];
  for (;;) {
    const { type, done } = MultiHeader.read(reader);
    if (done) return items;
    const row = rows.find(({ code }) => code === type);
    if (row === undefined) throw new Failure(`a multi with an operation of type ${type}`, MALFORMED);
    items.push({ name: row.name, body: row.type.read(reader) });
  }
}

/** @param err - the header's, of all but errors: they repeat their own code. */
function writeList(writer: Writer, rows: readonly Row[], items: readonly Item[], err: number): void {
  for (const { name, body } of items) {
    const row = rows.find(candidate => candidate.name === name);
    if (row === undefined) throw new Error(`no operation ${name} in a multi`);
    const code = name === 'error' ? (body as Infer<typeof ErrorResponse>).err : err;
    MultiHeader.write(writer, { type: row.code, done: false, err: code });
    row.type.write(writer, body);
  }
  MultiHeader.write(writer, END);
}
