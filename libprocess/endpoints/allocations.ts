/**
 * Who allocated memory, from V8's sampled profile, for tools that do not read `.heapprofile`. Pure.
 *
 *   folded   master.ts:12 state;json.ts:3 print 4096      one line a stack; flamegraph.pl and speedscope read it
 *   graph    the same as an SVG: who calls stands above, the width is the memory
 *
 * Source: libprocess memory_profiler.cpp (`downloadSymbolizedProfile`, `downloadGraphProfile`), where jeprof draws.
 */
import { escapeHtml } from './markdown.ts';

/** What is read of a node of a `.heapprofile`. */
export interface AllocationNode {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  /** Bytes that this function allocated itself. */
  readonly selfSize: number;
  readonly children: readonly AllocationNode[];
}

/** A line for each stack that allocated anything. */
export function foldedStacks(head: AllocationNode): string {
  const lines: string[] = [];
  const visit = (node: AllocationNode, above: string): void => {
    const stack = above === '' ? nameOf(node) : `${above};${nameOf(node)}`;
    if (node.selfSize > 0) lines.push(`${stack} ${node.selfSize}\n`);
    for (const child of node.children) visit(child, stack);
  };
  for (const child of head.children) visit(child, '');
  return lines.join('');
}

const WIDTH = 1_200;
const ROW = 18;
/** A narrower box cannot be seen. */
const BOX_MIN = 0.5;
const LETTER = 7;

/** An icicle: each function below its caller, as wide as what it and all below it allocated. */
export function allocationGraph(head: AllocationNode): string {
  const boxes: string[] = [];
  const scale = WIDTH / Math.max(1, totalOf(head));
  let depthMax = 0;
  const visit = (node: AllocationNode, x: number, depth: number): number => {
    const width = totalOf(node) * scale;
    if (width < BOX_MIN) return width;
    depthMax = Math.max(depthMax, depth);
    boxes.push(boxOf(node, x, depth, width));
    let at = x;
    for (const child of node.children) at += visit(child, at, depth + 1);
    return width;
  };
  visit(head, 0, 0);
  const size = `width="${WIDTH}" height="${(depthMax + 1) * ROW}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="monospace" font-size="11">${boxes.join('')}</svg>\n`;
}

function boxOf(node: AllocationNode, x: number, depth: number, width: number): string {
  const [name, y] = [nameOf(node), depth * ROW];
  const shown = name.slice(0, Math.floor(width / LETTER));
  const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="#f4b66a"/>`;
  const text = `<text x="${(x + 3).toFixed(1)}" y="${y + 13}">${escapeHtml(shown)}</text>`;
  return `<g><title>${escapeHtml(name)}: ${totalOf(node)} bytes</title>${rect}${text}</g>`;
}

const totals = new WeakMap<AllocationNode, number>();

/** Bytes of the node and all below it; counted once. */
function totalOf(node: AllocationNode): number {
  let total = totals.get(node);
  if (total === undefined) {
    total = node.children.reduce((sum, child) => sum + totalOf(child), node.selfSize);
    totals.set(node, total);
  }
  return total;
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: AllocationNode): string {
  const file = url.slice(url.lastIndexOf('/') + 1);
  const name = functionName === '' ? '(anonymous)' : functionName;
  return (file === '' ? name : `${file}:${lineNumber + 1} ${name}`).replaceAll(';', ',');
}
