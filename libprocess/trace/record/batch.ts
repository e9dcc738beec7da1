/**
 * The records of a recording: a header, then batches, each a record of a journal's form (length, checksum, number). A
 * file that was cut off anywhere is good up to its last whole record.
 */
import { crc32c } from '@node-rs/crc32';
import { Packr } from 'msgpackr';
import { Failure } from '../../failure.ts';
import { encodeEntry, HEADER_BYTES, scan } from '../../journal/record.ts';
import type { Input } from './tape.ts';

/** The first record of a recording. */
export interface Header {
  readonly format: typeof FORMAT;
  /** Which program ran: a replay starts the same one. */
  readonly program: RecordedProgram;
  /** The seams that it had. */
  readonly seams: readonly string[];
  readonly now: number;
  readonly wall: number;
  /** From which all random draws follow. */
  readonly key: Uint8Array;
}

/** What starts a program as it was started. */
export interface RecordedProgram {
  /** `mesos-master`, or the path of a module that exports `boot`. */
  readonly name: string;
  /** Whatever that program needs to be started in the same way. JSON. */
  readonly settings?: unknown;
}

/** Something that left, and when: after how many turns of its span. */
export type Output = readonly [turn: number, label: string, digest: number];

/** What had to be known at once: a value, or why there was none. */
export type Observation = readonly [label: string, value: unknown, failure?: readonly [code: string, message: string]];

/** All that happened from the batch before to this one, and what this one handed in. */
export interface Batch {
  /** Turns since the batch before. */
  readonly turns: number;
  /** Nothing was left to do when it came. */
  readonly idle: boolean;
  readonly now: number;
  readonly wall: number;
  readonly observations: readonly Observation[];
  readonly outputs: readonly Output[];
  readonly inputs: readonly Input[];
}

export const FORMAT = 'mesos-ts recording 1';

const packr = new Packr({ useRecords: false });

/** The bytes of a record. */
export function encodeHeader(header: Header): Buffer {
  return framed(1, packr.pack(header));
}

/** @param number - 1 for the first batch. */
export function encodeBatch(number: number, batch: Batch): Buffer {
  const { turns, idle, now, wall, observations, outputs, inputs } = batch;
  return framed(number + 1, packr.pack([turns, idle, now, wall, observations, outputs, inputs]));
}

function framed(sequence: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  encodeEntry(bytes, 0, { sequence, payload, isMark: false, afterSync: false });
  return bytes;
}

/** A whole recording. */
export interface Recorded {
  readonly header: Header;
  readonly batches: readonly Batch[];
  /** Bytes behind the last whole record; 0 for a recording that was ended in peace. */
  readonly torn: number;
}

/**
 * Reads a recording up to its last whole record.
 *
 * @throws Failure NOT_A_RECORDING when not even its header is whole.
 */
export function decodeRecording(bytes: Buffer): Recorded {
  const { records, end } = scan(bytes, 1);
  const [first, ...rest] = records.map(({ payload }) => packr.unpack(payload) as unknown);
  if (!isHeader(first)) throw new Failure('this is not a recording, or its beginning is missing', 'NOT_A_RECORDING');
  return { header: first, batches: rest.map(batchOf), torn: bytes.length - end };
}

function isHeader(value: unknown): value is Header {
  return (value as { readonly format?: unknown } | null | undefined)?.format === FORMAT;
}

function batchOf(record: unknown): Batch {
  const [turns, idle, now, wall, observations, outputs, inputs] = record as [
    number,
    boolean,
    number,
    number,
    Observation[],
    Output[],
    Input[],
  ];
  return { turns, idle, now, wall, observations, outputs, inputs };
}

/** Tells contents apart. */
export function digestOf(content: Uint8Array | string | undefined): number {
  return content === undefined ? 0 : crc32c(content as Buffer | string);
}
