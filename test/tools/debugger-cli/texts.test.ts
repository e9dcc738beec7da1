/** What `mesos-debug` prints, from events and reports alone: the pictures are kept here. */
import { expect, test } from 'vitest';
import { plant, sequenceDiagram, type TraceEvent } from '../../../libprocess/trace.ts';
import { eventLine, treeLines } from '../../../tools/debugger/cli/event-text.ts';
import { Gatherer } from '../../../tools/debugger/cli/gatherer.ts';
import { joined } from '../../../tools/debugger/cli/joined.ts';
import { mermaid } from '../../../tools/debugger/cli/mermaid.ts';
import { COLOURED, PLAIN, paintFor } from '../../../tools/debugger/cli/paint.ts';
import { stepsOf, treesWith } from '../../../tools/debugger/cli/steps.ts';
import { type NodeReports, topRows, topText } from '../../../tools/debugger/cli/top-table.ts';
import { traceEvent } from '../../libprocess/trace/events.ts';

const M = '10.0.0.1:5050';
const A = '10.0.0.2:5051';
const NOON = new Date(2024, 0, 1, 12).getTime();

/** A framework accepts an offer: a request, its arrival, a message on its way and as it arrived, and what came of it. */
const ACCEPT: TraceEvent[] = [
  at('f/1', 0, {
    kind: 'request',
    name: 'POST /api/v1/scheduler',
    from: 'framework@10.0.0.9:1',
    to: `@${M}`,
    node: '10.0.0.9:1',
    bytes: 120,
  }),
  at('m/1', 1, {
    kind: 'http',
    name: 'HTTP /api/v1/scheduler',
    cause: 'f/1',
    from: '',
    to: `master@${M}`,
    node: M,
    bytes: 120,
  }),
  at('m/2', 2, {
    name: 'mesos.internal.RunTaskMessage',
    cause: 'm/1',
    from: `master@${M}`,
    to: `slave(1)@${A}`,
    node: M,
    started: null,
    ended: null,
  }),
  at('a/1', 3, {
    name: 'mesos.internal.RunTaskMessage',
    cause: 'm/2',
    from: `master@${M}`,
    to: `slave(1)@${A}`,
    node: A,
    bytes: 412,
    ended: NOON + 5,
  }),
  at('a/2', 5, { kind: 'resume', name: 'resume', cause: 'a/1', from: `slave(1)@${A}`, to: `slave(1)@${A}`, node: A }),
  at('a/3', 6, {
    kind: 'dispatch',
    name: 'Containerizer.launch',
    cause: 'a/2',
    from: `slave(1)@${A}`,
    to: `containerizer@${A}`,
    node: A,
    depth: 2,
    started: null,
    ended: null,
  }),
  at('m/3', 7, {
    name: 'test.Lost',
    cause: 'm/1',
    from: `master@${M}`,
    to: `nobody@${M}`,
    node: M,
    dropped: 'no such process',
  }),
];

function at(id: string, ms: number, rest: Partial<TraceEvent>): TraceEvent {
  return traceEvent(id, { at: NOON + ms, started: NOON + ms, ended: NOON + ms, ...rest });
}

const [tree] = plant(ACCEPT);
if (tree === undefined) throw new Error('no tree');

test('an event is a line: when, who to whom, what, how long', () => {
  const arrived = ACCEPT[3];
  if (arrived === undefined) throw new Error('no event');
  const waited = { ...arrived, started: NOON + 4.25, depth: 3 };
  expect(eventLine(waited)).toBe(
    '12:00:00.003  master ─▶ slave(1)  mesos.internal.RunTaskMessage  message  412 B, 3 before it, waited 1.25 ms, took 0.75 ms',
  );
  expect(eventLine({ ...waited, started: null, ended: null, depth: 0, body: { n: 1 } }, { addresses: true })).toBe(
    '12:00:00.003  master@10.0.0.1:5050 ─▶ slave(1)@10.0.0.2:5051  mesos.internal.RunTaskMessage  message  412 B  waits\n' +
      '              {"n":1}',
  );
});

test('a long body is cut', () => {
  expect(eventLine(traceEvent('a/1', { body: 'x'.repeat(9_000) })).length).toBeLessThan(2_200);
});

test('a tree is indented: all turns, and both ends of what crossed the network', () => {
  expect(`\n${treeLines(tree).join('\n')}\n`).toBe(`
        0 ms  framework ─▶ 10.0.0.1:5050  POST /api/v1/scheduler  request  120 B
        1 ms  └ outside ─▶ master  HTTP /api/v1/scheduler  http  120 B
        2 ms    ├ master ─▶ slave(1)  mesos.internal.RunTaskMessage  message
        3 ms    │ └ master ─▶ slave(1)  mesos.internal.RunTaskMessage  message  412 B, took 2 ms
        5 ms    │   └ slave(1)  resume  resume
        6 ms    │     └ slave(1) ─▶ containerizer  Containerizer.launch  dispatch  2 before it  waits
        7 ms    └ master ─▶ nobody  test.Lost  message  ✗ no such process
`);
});

test('joined, what crossed the network is one line, and turns that only go on are none', () => {
  expect(
    `\n${joined(tree)
      .flatMap(each => treeLines(each))
      .join('\n')}\n`,
  ).toBe(`
        0 ms  framework ─▶ master  POST /api/v1/scheduler  http  120 B, waited 1 ms
        2 ms  ├ master ─▶ slave(1)  mesos.internal.RunTaskMessage  message  412 B, waited 1 ms, took 2 ms
        6 ms  │ └ slave(1) ─▶ containerizer  Containerizer.launch  dispatch  2 before it  waits
        7 ms  └ master ─▶ nobody  test.Lost  message  ✗ no such process
`);
});

test('a chain of ten thousand causes is printed', () => {
  const chain = Array.from({ length: 10_000 }, (_, n) => traceEvent(`c/${n + 1}`, n === 0 ? {} : { cause: `c/${n}` }));
  const [deep] = plant(chain);
  if (deep === undefined) throw new Error('no tree');
  expect(treeLines(deep)).toHaveLength(10_000);
  expect(joined(deep)).toHaveLength(1);
});

test('where clocks differ a consequence is still drawn behind its cause', () => {
  const early = at('a/1', -500, {
    cause: 'm/9',
    from: `master@${M}`,
    to: `slave(1)@${A}`,
    node: A,
    name: 'test.Early',
  });
  const [skewed] = plant([at('m/9', 0, { from: '', to: `master@${M}`, node: M, name: 'test.First' }), early]);
  if (skewed === undefined) throw new Error('no tree');
  expect(stepsOf([skewed.event, early]).map(({ name, at: ms }) => [name, ms - NOON])).toEqual([
    ['First', 0],
    ['Early', 0],
  ]);
});

test('a conversation is a sequence diagram', () => {
  expect(`\n${sequenceDiagram(stepsOf(ACCEPT))}\n`).toBe(`
             framework                   master            slave(1)               containerizer  nobody
      0 ms       ├──POST /api/v1/scheduler─▶│                  │                        │           │
      2 ms       │                          ├──RunTaskMessage─▶│                        │           │
      6 ms       │                          │                  ├──Containerizer.launch─▶│           │
      7 ms       │                          ├─────────────────────────Lost─────────────────────────✗│  no such process
`);
});

test('Mermaid draws the same, with what it would misread written otherwise', () => {
  expect(mermaid([...stepsOf(ACCEPT), { at: 0, kind: 'dispatch', name: '#run; <now>', from: 'a', to: 'a' }])).toBe(
    `sequenceDiagram
  participant p0 as framework
  participant p1 as master
  participant p2 as slave(1)
  participant p3 as containerizer
  participant p4 as nobody
  participant p5 as a
  p0->>p1: POST /api/v1/scheduler
  p1->>p2: RunTaskMessage
  p2->>p3: Containerizer.launch
  p1-xp4: Lost (no such process)
  p5->>p5: #35;run#59; #60;now#62;`,
  );
});

test('pieces of a stream go from who wrote them to who read them', () => {
  const stream = { of: 'f/1', from: 0, to: 56 };
  const events = [
    at('m/1', 0, { kind: 'write', name: 'POST /api/v1/scheduler', from: `master@${M}`, to: '', node: M, stream }),
    at('f/2', 1, {
      kind: 'read',
      name: 'POST /api/v1/scheduler',
      cause: 'f/1',
      from: `@${M}`,
      to: 'framework@10.0.0.9:1',
      node: '10.0.0.9:1',
      stream,
    }),
  ];
  expect(stepsOf(events)).toMatchObject([
    { name: '56 B of /api/v1/scheduler', from: `master@${M}`, to: 'framework@10.0.0.9:1' },
  ]);
});

test('trees are chosen by any of their events', () => {
  const other = traceEvent('z/1', { name: 'test.Other' });
  expect(treesWith([...ACCEPT, other], event => event.name === 'test.Lost').map(({ event }) => event.id)).toEqual([
    'f/1',
  ]);
});

test('a tree is finished when nothing waits and nothing was added for a second', () => {
  const gatherer = new Gatherer(event => event.name.startsWith('test.'));
  const asked = traceEvent('a/1', { ended: null, name: 'test.Asked' });
  gatherer.add([asked, traceEvent('b/1', { name: 'unwanted' })], 0);
  expect(gatherer.take(5_000)).toEqual([]);
  gatherer.add([{ ...asked, ended: 5 }, traceEvent('a/2', { cause: 'a/1' })], 5_000);
  expect(gatherer.take(5_999)).toEqual([]);
  expect(gatherer.take(6_000).map(({ event, children }) => [event.id, children.length])).toEqual([['a/1', 1]]);
  expect(gatherer.takeAll()).toEqual([]);
});

test('at the end what is not finished is shown as well', () => {
  const gatherer = new Gatherer(() => true);
  gatherer.add([traceEvent('a/1', { ended: null })], 0);
  expect(gatherer.takeAll()).toHaveLength(1);
});

const LOOP = { delayP50: 0.21, delayP99: 3.4, utilization: 0.256 };
const actor = (id: string, rest: object = {}) => ({
  id,
  type: 'Master',
  mailbox: 0,
  paused: false,
  turns: 0,
  busy: 0,
  slowest: [],
  links: [],
  ...rest,
});
const REPORTS: NodeReports[] = [
  {
    node: M,
    title: 'master',
    before: { atMs: 1_000, loop: LOOP, actors: [actor('master', { turns: 100, busy: 10 }), actor('idle')] },
    now: {
      atMs: 3_000,
      loop: LOOP,
      actors: [
        actor('idle', { type: 'Files' }),
        actor('master', {
          turns: 2_500,
          busy: 510,
          mailbox: 7,
          slowest: [
            { name: 'often', turns: 2_000, busy: 400, slowest: 0.5 },
            { name: 'slow', turns: 1, busy: 12, slowest: 12.4 },
          ],
        }),
        actor('held', { paused: true, mailbox: 40 }),
      ],
    },
  },
];

test('top shows rates between two reports, and who is worst first', () => {
  expect(`\n${topText(REPORTS, { sort: 'rate', rowsMax: 10 })}\n`).toBe(`
master at 10.0.0.1:5050  3 actors, loop 26 % busy, late by 0.2 ms (99 %: 3.4 ms)

ACTOR          RATE/S  MAILBOX    BUSY  TYPE    SLOWEST HANDLER
master           1200        7  25.0 %  Master  slow 12 ms
idle                0        0       -  Files
held (paused)       -       40       -  Master
`);
});

test.each([
  ['mailbox', ['held', 'master', 'idle']],
  ['busy', ['master', 'held', 'idle']],
  ['name', ['held', 'idle', 'master']],
] as const)('top sorts by %s', (sort, ids) => {
  expect(topRows(REPORTS, sort).map(({ id }) => id)).toEqual(ids);
});

test('top shows as many rows as there is room, and where actors live when there are several nodes', () => {
  const text = topText([...REPORTS, { ...(REPORTS[0] as NodeReports), node: A, title: '' }], {
    sort: 'name',
    rowsMax: 2,
  });
  expect(text).toContain('… and 4 more');
  expect(text).toContain('held (paused)       -       40     -  Master                   10.0.0.2:5051');
  expect(text).toContain('\n10.0.0.2:5051  3 actors');
});

test('a runtime that has started to count anew has no rate yet', () => {
  const [report] = REPORTS as [NodeReports];
  const again = { ...report, now: { ...report.now, actors: [actor('master', { turns: 5 })] } };
  expect(topRows([again], 'rate')).toMatchObject([{ rate: null, busy: null }]);
});

test('colours are for terminals, and not where NO_COLOR is set', () => {
  expect(paintFor(true, {})).toBe(COLOURED);
  expect(paintFor(true, { NO_COLOR: '1' })).toBe(PLAIN);
  expect(paintFor(false, {})).toBe(PLAIN);
  expect(COLOURED.red('no')).toBe('\u001b[31mno\u001b[0m');
});
