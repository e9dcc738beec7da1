import { describe, expect, test } from 'vitest';
import { agentResources } from '../../../mesos/common/agent-resources.ts';
import { conversionsOf, convert } from '../../../mesos/common/conversions.ts';
import { resourcesSummary, toEndpoint, toPreRefinement } from '../../../mesos/common/resource-formats.ts';
import { parseResources } from '../../../mesos/common/resource-text.ts';
import { validateResources } from '../../../mesos/common/resource-validation.ts';
import { Resources } from '../../../mesos/common/resources.ts';
import type { Resource } from '../../../mesos/protocol/resources.ts';

const R = parseResources;
const DYNAMIC = { type: 'DYNAMIC', role: 'ops', labels: { labels: [{ key: 'rk', value: 'rv' }] } } as const;
const VOLUME: Resource = {
  name: 'disk',
  type: 'SCALAR',
  scalar: { value: 50 },
  reservations: [{ type: 'DYNAMIC', role: 'dev', principal: 'p1' }],
  disk: { persistence: { id: 'vol1', principal: 'p1' }, volume: { mode: 'RW', container_path: 'data' } },
};

describe('text', () => {
  test.each([
    ['cpus:4;mem:4096;disk:10240;ports:[31000-32000]', 'cpus:4; mem:4096; disk:10240; ports:[31000-32000]'],
    ['cpus(ops):1', 'cpus(reservations: [(STATIC,ops)]):1'],
    ['cpus:1;cpus:0.25', 'cpus:1.25'],
    ['cpus(*):1;mem:0', 'cpus:1'],
    ['ports:[5-6, 1-3, 4-4]', 'ports:[1-6]'],
    ['zones:{a,b}', 'zones:{a, b}'],
    ['cpus:0.0004', '{}'],
    ['[{"name":"cpus","type":"SCALAR","scalar":{"value":2}}]', 'cpus:2'],
    [' ', '{}'],
  ])('%s reads as %s', (text, printed) => {
    expect(String(R(text))).toBe(printed);
  });

  test.each([
    ['cpus', "Bad value for resources, missing or extra ':' in cpus"],
    ['cpus:1:2', "Bad value for resources, missing or extra ':' in cpus:1:2"],
    ['cpus(a:1', 'Bad value for resources, mismatched parentheses in cpus(a:1'],
    ['cpus:x', 'Failed to parse resource cpus value x error'],
    ['ports:[3-1]', 'Failed to parse resource ports value [3-1] error'],
    ['cpus:-1', 'Invalid scalar resource: value < 0'],
    ['cpus:1;cpus:[1-2]', "Resources with the same name ('cpus') but different types are not allowed"],
    ['gpus:0.5', "The 'gpus' resource must be an unsigned integer"],
  ])('%s is refused', (text, message) => {
    expect(() => R(text)).toThrow(message);
  });

  test('a resource without a role is reserved for the default role', () => {
    expect(String(R('cpus:1;mem(*):2', 'web'))).toBe('cpus(reservations: [(STATIC,web)]):1; mem:2');
  });

  test('logs show allocation, reservations with labels, and volumes', () => {
    const reserved = Resources.from([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.2 }, reservations: [DYNAMIC] },
    ]);
    expect(String(reserved.allocate('ops'))).toBe('cpus(allocated: ops)(reservations: [(DYNAMIC,ops,{rk: rv})]):0.2');
    expect(String(Resources.from([VOLUME]))).toBe('disk(reservations: [(DYNAMIC,dev,p1)])[vol1:data]:50');
  });
});

describe('algebra', () => {
  test('adds in thousandths: ten times 0.1 is 1', () => {
    const tenth = R('cpus:0.1');
    expect(Resources.sum(Array.from({ length: 10 }, () => tenth)).toArray()).toEqual(R('cpus:1').toArray());
  });

  test('subtracts what is there and leaves nothing below zero', () => {
    expect(String(R('cpus:2;mem:5;ports:[1-9]').subtract(R('cpus:3;mem:1;ports:[3-4,8-20]')))).toBe(
      'mem:4; ports:[1-2, 5-7]',
    );
  });

  test('keeps kinds apart: reserved does not contain unreserved', () => {
    const both = R('cpus:1;cpus(a):2');
    expect(both.contains(R('cpus:2'))).toBe(false);
    expect(both.contains(R('cpus(a):2'))).toBe(true);
    expect(both.contains(R('cpus(a):2;cpus:1'))).toBe(true);
    expect(both.contains(R('cpus(a):2').allocate('a'))).toBe(false);
  });

  test('a volume is taken as a whole', () => {
    const volumes = Resources.from([VOLUME]);
    const half = Resources.from([{ ...VOLUME, scalar: { value: 25 } }]);
    expect(volumes.contains(half)).toBe(false);
    expect(volumes.subtract(half).equals(volumes)).toBe(true);
    expect(volumes.subtract(volumes).isEmpty).toBe(true);
    expect(volumes.add(volumes).entries).toHaveLength(2);
    expect(volumes.contains(volumes.add(volumes))).toBe(false);
  });

  test('a shared volume is counted by copies, its size once', () => {
    const shared = Resources.from([{ ...VOLUME, shared: {} }]);
    const twice = shared.add(shared);
    expect(twice.toArray()).toHaveLength(2);
    expect(twice.disk).toBe(50);
    expect(twice.subtract(shared).equals(shared)).toBe(true);
  });

  test('both forms of a reservation are one kind, and the order of labels does not matter', () => {
    const [a, b] = [{ key: 'a' }, { key: 'b' }];
    const old = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: 'x' } as const;
    const one = Resources.from([{ ...old, reservation: { principal: 'p', labels: { labels: [a, b] } } }]);
    const reservation = { type: 'DYNAMIC', role: 'x', principal: 'p', labels: { labels: [b, a] } } as const;
    const other = R('cpus:1').pushReservation(reservation);
    expect(one.equals(other)).toBe(true);
    expect(other.popReservation().equals(R('cpus:1'))).toBe(true);
  });
});

describe('views', () => {
  const all = R('cpus:1;cpus(a):2;cpus(a/b):4;mem(c):8;ports:[1-2]');

  test.each([
    ['unreserved', all.unreserved, 'cpus:1; ports:[1-2]'],
    ['allocatable to a/b', all.allocatableTo('a/b').unallocate().toUnreserved(), 'cpus:7; ports:[1-2]'],
    ['allocatable to a', all.allocatableTo('a').toUnreserved(), 'cpus:3; ports:[1-2]'],
    ['reserved for a', all.reservedFor('a').toUnreserved(), 'cpus:2'],
    ['scalars, without reservations', all.scalars.toUnreserved(), 'cpus:7; mem:8'],
  ])('%s', (_, resources, printed) => {
    expect(String(resources)).toBe(printed);
  });

  test('by reservation and by allocation', () => {
    expect([...all.reservations().keys()]).toEqual(['a', 'a/b', 'c']);
    const [x, y] = [R('cpus:1').allocate('x'), R('cpus:2').allocate('y')];
    expect(x.add(y).allocations()).toEqual(
      new Map([
        ['x', x],
        ['y', y],
      ]),
    );
  });

  test('find takes what is reserved for the role first, then what is not reserved', () => {
    expect(String(R('cpus:2;cpus(a):1').find(R('cpus(a):2')))).toBe('cpus(reservations: [(STATIC,a)]):1; cpus:1');
    expect(String(R('cpus:2;cpus(a):1').find(R('cpus:3')))).toBe('cpus:2; cpus(reservations: [(STATIC,a)]):1');
    expect(R('cpus:2;cpus(a):1').find(R('cpus:4'))).toBeNull();
    expect(String(R('ports:[1-9]').find(R('ports:[2-3]')))).toBe('ports:[2-3]');
  });
});

describe('forms', () => {
  test('the endpoint form of what an agent has', () => {
    const reserved = R('cpus:0.2').pushReservation(DYNAMIC).toArray();
    const resources = [...R('cpus:3.3;mem(ops):256').toArray(), ...reserved, VOLUME];
    expect(resources.map(toEndpoint)).toEqual([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 3.3 }, role: '*' },
      {
        name: 'mem',
        type: 'SCALAR',
        scalar: { value: 256 },
        role: 'ops',
        reservations: [{ type: 'STATIC', role: 'ops' }],
      },
      {
        name: 'cpus',
        type: 'SCALAR',
        scalar: { value: 0.2 },
        role: 'ops',
        reservation: { labels: DYNAMIC.labels },
        reservations: [DYNAMIC],
      },
      { ...VOLUME, role: 'dev', reservation: { principal: 'p1' } },
    ]);
  });

  test('the older form cannot say refined reservations', () => {
    const [refined] = R('cpus(a):1').pushReservation({ type: 'DYNAMIC', role: 'a/b' }).toArray();
    expect(refined && toPreRefinement(refined)).toBeNull();
    expect(R('cpus(a):1').toArray().map(toPreRefinement)).toEqual([
      { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: 'a' },
    ]);
  });

  test('the summary always has disk, mem, gpus and cpus; revocable ones stand apart', () => {
    const revocable = Resources.from([{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, revocable: {} }]);
    expect(Object.entries(resourcesSummary(R('cpus:3.3;cpus(a):0.2;ports:[1-2,5-6]').add(revocable)))).toEqual([
      ['disk', 0],
      ['mem', 0],
      ['gpus', 0],
      ['cpus', 3.5],
      ['ports', '[1-2, 5-6]'],
      ['cpus_revocable', 1],
    ]);
  });
});

describe('validation', () => {
  const cpus: Resource = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } };

  test.each<[string, Resource]>([
    ['Empty resource name', { ...cpus, name: '' }],
    ['Invalid scalar resource', { name: 'cpus', type: 'SCALAR' }],
    ['Invalid ranges resource: begin > end', { name: 'p', type: 'RANGES', ranges: { range: [{ begin: 2, end: 1 }] } }],
    [
      'overlapping',
      {
        name: 'p',
        type: 'RANGES',
        ranges: {
          range: [
            { begin: 1, end: 5 },
            { begin: 5, end: 6 },
          ],
        },
      },
    ],
    ['Invalid set resource: duplicated elements', { name: 's', type: 'SET', set: { item: ['a', 'a'] } }],
    ["Role 'a//b' cannot contain two adjacent slashes", { ...cpus, role: 'a//b' }],
    ['DiskInfo should not be set for cpus resource', { ...cpus, disk: {} }],
    [
      "role 'b' is not under 'a'",
      {
        ...cpus,
        reservations: [
          { type: 'STATIC', role: 'a' },
          { type: 'DYNAMIC', role: 'b' },
        ],
      },
    ],
    ['Only persistent volumes can be shared', { ...cpus, shared: {} }],
  ])('%s', (message, resource) => {
    expect(validateResources([cpus, resource])).toContain(message);
  });

  test('finds nothing wrong with a volume, nor with touching ranges', () => {
    const ranges = {
      range: [
        { begin: 1, end: 4 },
        { begin: 5, end: 6 },
      ],
    };
    expect(validateResources([VOLUME, cpus, { name: 'p', type: 'RANGES', ranges }])).toBeNull();
  });
});

describe('conversions', () => {
  const resources = R('cpus(dev):1').pushReservation({ type: 'DYNAMIC', role: 'dev/x' }).toArray();

  test('RESERVE and UNRESERVE are each other reversed', () => {
    const total = R('cpus(dev):4;mem:5');
    const reserved = convert(total, conversionsOf({ type: 'RESERVE', reserve: { resources } }));
    expect(reserved.reservedFor('dev/x').cpus).toBe(1);
    expect(convert(reserved, conversionsOf({ type: 'UNRESERVE', unreserve: { resources } })).equals(total)).toBe(true);
  });

  test('CREATE and DESTROY are each other reversed', () => {
    const total = Resources.from([{ ...VOLUME, scalar: { value: 80 }, disk: undefined }]);
    const created = convert(total, conversionsOf({ type: 'CREATE', create: { volumes: [VOLUME] } }));
    expect(String(created.persistentVolumes.toUnreserved())).toBe('disk[vol1:data]:50');
    expect(created.disk).toBe(80);
    const destroyed = convert(created, conversionsOf({ type: 'DESTROY', destroy: { volumes: [VOLUME] } }));
    expect(destroyed.equals(total)).toBe(true);
  });

  test('fail where the resources are not there', () => {
    expect(() => convert(R('cpus:4'), conversionsOf({ type: 'RESERVE', reserve: { resources } }))).toThrow(
      'cpus:4 does not contain cpus(reservations: [(STATIC,dev)]):1',
    );
  });
});

describe('of an agent', () => {
  const machine = { cores: 8, memoryBytes: 16 * 1024 ** 3, diskBytes: 8 * 1024 ** 3 };

  test('what is not mentioned is detected', () => {
    expect(String(agentResources('', '*', machine))).toBe('cpus:8; mem:15360; disk:4096; ports:[31000-32000]');
  });

  test('what is mentioned is not, even when it is 0', () => {
    expect(String(agentResources('cpus:4;mem(ops):64;disk:0', '*', machine))).toBe(
      'cpus:4; mem(reservations: [(STATIC,ops)]):64; ports:[31000-32000]',
    );
  });

  test('what cannot be found out has a default', () => {
    const unknown = { cores: null, memoryBytes: null, diskBytes: null };
    expect(String(agentResources('', '*', unknown))).toBe('cpus:1; mem:1024; disk:10240; ports:[31000-32000]');
  });
});
