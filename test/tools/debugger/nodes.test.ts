import { describe, expect, test } from 'vitest';
import type { ActorReport, Hello, Report } from '../../../libprocess/trace.ts';
import { actorRows, sorted } from '../../../tools/debugger/page/model/actor-rows.ts';
import { Discovery, NODES_MAX } from '../../../tools/debugger/page/model/discovery.ts';
import { type Nodes, reduce, titleOf } from '../../../tools/debugger/page/model/nodes.ts';
import { describeRule, parseWhere, ruleOf } from '../../../tools/debugger/page/model/rules.ts';

const NODE = '10.0.0.1:5050';
const status = { on: true, settings: {}, recorded: 7, forgotten: 2, rules: [] };
const hello: Hello = { incarnation: 'x', title: 'master', control: false, peers: [], status };
const loop = { delayP50: 1, delayP99: 2, utilization: 0.5 };

function actor(id: string, turns: number | null, rest: Partial<ActorReport> = {}): ActorReport {
  return { id, type: 'Actor', mailbox: 0, paused: false, turns, busy: 0, slowest: [], links: [], ...rest };
}

function told(...reports: readonly (readonly [Report, number])[]): Nodes {
  return reports.reduce<Nodes>((nodes, [report, now]) => reduce(nodes, report, now), new Map());
}

describe('what is known of a node', () => {
  test('is its hello, and the newest status', () => {
    const nodes = told([{ node: NODE, hello }, 0], [{ node: NODE, status: { ...status, recorded: 9 } }, 1]);
    expect(nodes.get(NODE)).toMatchObject({ hello, status: { recorded: 9 } });
  });

  test('adds up what was skipped', () => {
    const nodes = told([{ node: NODE, events: [], skipped: 3 }, 0], [{ node: NODE, events: [], skipped: 4 }, 1]);
    expect(nodes.get(NODE)?.skipped).toBe(7);
  });

  test('holds rates by the turns between two reports', () => {
    const nodes = told(
      [{ node: NODE, actors: [actor('a', 10)], loop }, 1_000],
      [{ node: NODE, actors: [actor('a', 70)], loop }, 3_000],
    );
    expect(nodes.get(NODE)?.rates.get('a')).toBe(30);
  });

  test('keeps its rates when reports follow each other closely', () => {
    const nodes = told(
      [{ node: NODE, actors: [actor('a', 10)], loop }, 1_000],
      [{ node: NODE, actors: [actor('a', 40)], loop }, 2_000],
      [{ node: NODE, actors: [actor('a', 41)], loop }, 2_010],
      [{ node: NODE, actors: [actor('a', 80)], loop }, 4_000],
    );
    expect(nodes.get(NODE)?.rates.get('a')).toBe(20);
  });

  test('ends with why it is gone, and begins again with a hello', () => {
    const gone = told([{ node: NODE, hello }, 0], [{ node: NODE, gone: 'the link broke' }, 1]);
    expect(gone.get(NODE)?.gone).toBe('the link broke');
    expect(reduce(gone, { node: NODE, hello }, 2).get(NODE)?.gone).toBeNull();
  });
});

describe('discovery', () => {
  test('asks each peer once', () => {
    const discovery = new Discovery();
    expect(discovery.heard('a', { peers: ['b', 'c', 'b'] })).toEqual(['b', 'c']);
    expect(discovery.heard('b', { peers: ['a', 'c', 'd'] })).toEqual(['d']);
  });

  test('asks again for one that was lost', () => {
    const discovery = new Discovery();
    discovery.heard('a', { peers: ['b'] });
    discovery.lost('b');
    expect(discovery.heard('a', { peers: ['b'] })).toEqual(['b']);
  });

  test('ends at its bound, and says how many are left out', () => {
    const discovery = new Discovery();
    const peers = Array.from({ length: NODES_MAX + 9 }, (_, index) => `peer ${index}`);
    expect(discovery.heard('a', { peers })).toHaveLength(NODES_MAX - 1);
    expect(discovery.left).toBe(10);
  });
});

describe('the table of actors', () => {
  const nodes = told(
    [{ node: NODE, actors: [actor('a', 1, { mailbox: 3 }), actor('b', 9, { type: 'Special' })], loop }, 0],
    [{ node: NODE, held: [{ actor: 'a', because: 'break', next: null }] }, 1],
  );

  test('says who stands still', () => {
    const rows = actorRows([...nodes.values()], [], '');
    expect(rows.map(({ id, standing }) => `${id} ${standing}`)).toEqual(['a breakpoint', 'b ']);
  });

  test('is sorted by any column, both ways', () => {
    const rows = actorRows([...nodes.values()], [], '');
    expect(sorted(rows, 'turns', true).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(sorted(rows, 'id', false).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('is searched by id, node and class; words about events are no matter', () => {
    const find = (query: string) => actorRows([...nodes.values()], [], query).map(({ id }) => id);
    expect(find('special')).toEqual(['b']);
    expect(find('actor=a@10 kind:message')).toEqual(['a']);
  });
});

describe('rules', () => {
  test('are read as they are written', () => {
    const where = parseWhere('status.state=TASK_RUNNING, a=b') ?? {};
    const rule = ruleOf({ action: 'drop', actor: 'slave(1)', name: 'X', where, ms: '', times: '2' });
    expect(rule.where).toEqual({ 'status.state': 'TASK_RUNNING', a: 'b' });
    expect(describeRule(rule)).toBe('drop X at slave(1) where status.state=TASK_RUNNING, a=b 2 times');
  });

  test('are the same when they say the same', () => {
    const text = { action: 'break', actor: 'a', name: '', where: {}, ms: '', times: '' } as const;
    expect(ruleOf(text).id).toBe(ruleOf(text).id);
  });

  test('with a condition that is none are refused', () => {
    expect(parseWhere('status.state')).toBeNull();
  });
});

test('a node is told from others of the same name by its address', () => {
  const nodes = told(
    [{ node: 'a:1', hello: { ...hello, title: 'slave(1)' } }, 0],
    [{ node: 'b:1', hello: { ...hello, title: 'slave(1)' } }, 0],
    [{ node: 'c:1', hello }, 0],
  );
  expect(['a:1', 'b:1', 'c:1', 'd:1'].map(address => titleOf(nodes, address))).toEqual([
    'slave(1) a:1',
    'slave(1) b:1',
    'master',
    'd:1',
  ]);
});
