/**
 * What Chrome's developer tools and speedscope rely on in profiles and snapshots, checked as they read them: every
 * number that points somewhere points at something.
 */
import { expect } from 'vitest';

interface CpuProfile {
  readonly nodes: readonly { id: number; callFrame: Record<string, unknown>; children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
  readonly endTime: number;
}

/** A `.cpuprofile`: one tree, whose nodes are what the samples name. */
export function expectCpuProfile(text: string): void {
  const { nodes, samples, timeDeltas, startTime, endTime } = JSON.parse(text) as CpuProfile;
  const ids = new Set(nodes.map(({ id }) => id));
  expect(ids.size).toBe(nodes.length);
  const children = nodes.flatMap(node => node.children ?? []);
  expect(new Set(children).size).toBe(children.length);
  expect(children.every(id => ids.has(id))).toBe(true);
  expect(nodes.length - children.length).toBe(1);
  for (const { callFrame } of nodes) expectCallFrame(callFrame);
  expect(samples.every(id => ids.has(id))).toBe(true);
  expect(timeDeltas).toHaveLength(samples.length);
  expect(endTime).toBeGreaterThan(startTime);
}

interface HeapNode {
  readonly id: number;
  readonly callFrame: Record<string, unknown>;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** A `.heapprofile`: a tree of functions with what each allocated itself, and the samples that say so. */
export function expectHeapProfile(text: string): void {
  const { head, samples } = JSON.parse(text) as { head: HeapNode; samples: { size: number; nodeId: number }[] };
  const ids = new Set<number>();
  const visit = ({ id, callFrame, selfSize, children }: HeapNode): void => {
    ids.add(id);
    expectCallFrame(callFrame);
    expect(selfSize).toBeGreaterThanOrEqual(0);
    children.forEach(visit);
  };
  visit(head);
  expect(samples.length).toBeGreaterThan(0);
  expect(samples.every(({ size, nodeId }) => size > 0 && ids.has(nodeId))).toBe(true);
}

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: string[]; readonly edge_fields: string[] };
    readonly node_count: number;
    readonly edge_count: number;
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/** A `.heapsnapshot`: flat lists of nodes and edges, in which each edge leads to a node and each name is a string. */
export function expectHeapSnapshot(text: string): void {
  const { snapshot, nodes, edges, strings } = JSON.parse(text) as HeapSnapshot;
  const { meta, node_count, edge_count } = snapshot;
  const [nodeSize, edgeSize] = [meta.node_fields.length, meta.edge_fields.length];
  expect([nodes.length, edges.length]).toEqual([node_count * nodeSize, edge_count * edgeSize]);
  const [name, edges_of, to] = [
    meta.node_fields.indexOf('name'),
    meta.node_fields.indexOf('edge_count'),
    meta.edge_fields.indexOf('to_node'),
  ];
  let [badNames, badEdges, edgesOfNodes] = [0, 0, 0];
  for (let at = 0; at < nodes.length; at += nodeSize) {
    if ((nodes[at + name] ?? -1) >= strings.length) badNames += 1;
    edgesOfNodes += nodes[at + edges_of] ?? 0;
  }
  for (let at = 0; at < edges.length; at += edgeSize) {
    const target = edges[at + to] ?? -1;
    if (target % nodeSize !== 0 || target >= nodes.length) badEdges += 1;
  }
  expect({ badNames, badEdges, edgesOfNodes }).toEqual({ badNames: 0, badEdges: 0, edgesOfNodes: edge_count });
}

function expectCallFrame(frame: Record<string, unknown>): void {
  const { functionName, scriptId, url, lineNumber, columnNumber } = frame;
  expect([functionName, scriptId, url, lineNumber, columnNumber].map(value => typeof value)).toEqual([
    ...['string', 'string', 'string'],
    ...['number', 'number'],
  ]);
}
