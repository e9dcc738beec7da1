/**
 * The whole state as bytes: sessions and nodes, up to one zxid. What stands in the journal behind it is applied on top.
 *
 *   SnapshotHeader (format, zxid) · vector of sessions · count of nodes · { path, data, number of its ACL, stat } …
 *
 * An ACL stands where it is used first, and is meant by its number from then on. The journal's checksum covers all.
 *
 * Source: the fields are those of Apache ZooKeeper SerializeUtils, DataTree.serialize; the form is ours.
 */
import { Failure } from '../../libprocess/index.ts';
import { buffer, int, long, record, ustring, vector } from '../protocol/jute.ts';
import { ACL } from '../protocol/permissions.ts';
import { Reader } from '../protocol/reader.ts';
import { Writer } from '../protocol/writer.ts';
import { PERSISTENT_OWNER } from './owners.ts';
import type { Sessions } from './sessions.ts';
import type { DataTree } from './tree.ts';
import { Znode } from './znode.ts';

/** What a snapshot of another format is refused with. */
export const SNAPSHOT_FORMAT = 1;

const Header = record('SnapshotHeader', { format: int, zxid: long });
const SessionList = vector(record('SnapshotSession', { id: long, timeoutMs: int }));
const AclList = vector(ACL);

export function encodeSnapshot(tree: DataTree, sessions: Sessions): Buffer {
  const writer = new Writer();
  const acls = new Map<readonly ACL[], number>();
  Header.write(writer, { format: SNAPSHOT_FORMAT, zxid: BigInt(tree.lastZxid) });
  SessionList.write(
    writer,
    [...sessions.all].map(({ id, timeoutMs }) => ({ id, timeoutMs })),
  );
  int.write(writer, tree.nodeCount - 1);
  for (const [path, node] of tree.entries()) {
    ustring.write(writer, path);
    buffer.write(writer, node.data);
    writeAcl(writer, node.acl, acls);
    writeNumbers(writer, node);
  }
  return writer.take();
}

/**
 * Fills `tree` and `sessions`, which are new. The sessions have their full timeout from `now` on.
 *
 * @throws Failure SNAPSHOT_FORMAT when another version wrote it; MALFORMED.
 */
export function decodeSnapshot(bytes: Uint8Array, tree: DataTree, sessions: Sessions, now: number): void {
  const reader = new Reader(bytes);
  const { format, zxid } = Header.read(reader);
  if (format !== SNAPSHOT_FORMAT) {
    throw new Failure(`a snapshot of format ${format}; this server reads ${SNAPSHOT_FORMAT}`, 'SNAPSHOT_FORMAT');
  }
  for (const { id, timeoutMs } of SessionList.read(reader)) sessions.open(id, timeoutMs, now);
  const acls: (readonly ACL[])[] = [];
  for (let left = reader.int(); left > 0; left--) {
    const path = ustring.read(reader);
    const data = reader.buffer();
    tree.restore(path, readNode(reader, data === null ? null : Buffer.from(data), readAcl(reader, acls)));
  }
  tree.restored(Number(zxid));
}

function writeAcl(writer: Writer, acl: readonly ACL[], acls: Map<readonly ACL[], number>): void {
  const number = acls.get(acl) ?? acls.size;
  writer.int(number);
  if (number < acls.size) return;
  acls.set(acl, number);
  AclList.write(writer, acl);
}

function readAcl(reader: Reader, acls: (readonly ACL[])[]): readonly ACL[] {
  const known = acls[reader.int()];
  if (known !== undefined) return known;
  const acl = AclList.read(reader);
  acls.push(acl);
  return acl;
}

function writeNumbers(writer: Writer, node: Znode): void {
  writer.long(node.owner);
  for (const value of [node.czxid, node.mzxid, node.pzxid, node.ctime, node.mtime]) writer.double(value);
  for (const value of [node.version, node.aversion, node.creates]) writer.int(value);
}

function readNode(reader: Reader, data: Uint8Array | null, acl: readonly ACL[]): Znode {
  // Most owners are nobody: one bigint for all of them.
  const owner = reader.long() || PERSISTENT_OWNER;
  const czxid = reader.double();
  const mzxid = reader.double();
  const pzxid = reader.double();
  const node = new Znode(data, acl, owner, czxid, reader.double());
  node.mzxid = mzxid;
  node.pzxid = pzxid;
  node.mtime = reader.double();
  node.version = reader.int();
  node.aversion = reader.int();
  node.creates = reader.int();
  return node;
}
