/**
 * What ZooKeeper tells of a node: 68 bytes behind most answers.
 *
 * Source: Apache ZooKeeper zookeeper.jute (Stat).
 */
import { type Infer, int, long, record } from './jute.ts';

export const Stat = record('Stat', {
  czxid: long, // The transaction that created it.
  mzxid: long, // The one that changed its data last.
  ctime: long, // Milliseconds since the epoch.
  mtime: long,
  version: int, // Of its data.
  cversion: int, // Of its children: creates and deletes.
  aversion: int, // Of its ACL.
  ephemeralOwner: long, // The session's id; 0 for all that is not ephemeral.
  dataLength: int,
  numChildren: int,
  pzxid: long, // The transaction that created or deleted a child last.
});
export type Stat = Infer<typeof Stat>;
