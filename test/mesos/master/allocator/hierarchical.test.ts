import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Quantities } from '../../../../mesos/common/quantities.ts';
import { Resources } from '../../../../mesos/common/resources.ts';
import { addAgent, addFramework, allocator, flat, frameworkInfo, inTurn, MODERN, R } from './scene.ts';

const NONE: ReadonlySet<string> = new Set();
const NO_LIMITS: ReadonlyMap<string, number> = new Map();

describe('fairness', () => {
  test('agents go in turn to the role with the smaller share, ties by count, then by name', () => {
    const core = allocator();
    for (const id of ['s1', 's2', 's3']) addAgent(core, id, 'cpus:4;mem:4096');
    addFramework(core, 'f1', ['r1']);
    addFramework(core, 'f2', ['r2']);
    expect(inTurn(core, ['s1', 's2', 's3'])).toEqual(['f1', 'f2', 'f1']);
    core.recover('f1', 's1', R('cpus:4;mem:4096').allocate('r1'), false);
    core.refuse('f1', 's1', R('cpus:4;mem:4096').allocate('r1'));
    expect(inTurn(core, ['s1'])).toEqual(['f2']);
  });

  test('a role of weight 2 gets twice as much', () => {
    const core = allocator();
    const agents = ['s1', 's2', 's3', 's4', 's5', 's6'];
    for (const id of agents) addAgent(core, id, 'cpus:4;mem:4096');
    addFramework(core, 'f1', ['r1']);
    addFramework(core, 'f2', ['r2']);
    core.updateWeight('r2', 2);
    expect(inTurn(core, agents)).toEqual(['f1', 'f2', 'f2', 'f1', 'f2', 'f2']);
  });

  test('a role counts with all that lies below it', () => {
    const core = allocator();
    const agents = ['s1', 's2', 's3', 's4'];
    for (const id of agents) addAgent(core, id, 'cpus:4;mem:4096');
    addFramework(core, 'x1', ['a/x']);
    addFramework(core, 'y1', ['a/y']);
    addFramework(core, 'b1', ['b']);
    expect(inTurn(core, agents)).toEqual(['x1', 'b1', 'y1', 'b1']);
  });
});

describe('quota', () => {
  const one = Quantities.of([['cpus', 4_000]]);

  test('what is guaranteed to a role stays free while nobody is there to take it', () => {
    const core = allocator();
    for (let i = 0; i < 10; i++) addAgent(core, `s${i}`, 'cpus:1');
    core.updateQuota('q', { guarantees: one, limits: NO_LIMITS });
    addFramework(core, 'fd', ['d']);
    expect(flat(core.run())).toHaveLength(6);
  });

  test('and goes to it once somebody is', () => {
    const core = allocator();
    for (let i = 0; i < 10; i++) addAgent(core, `s${i}`, 'cpus:1');
    core.updateQuota('q', { guarantees: one, limits: new Map([['cpus', 4_000]]) });
    addFramework(core, 'fd', ['d']);
    addFramework(core, 'fq', ['q']);
    const offers = core.run();
    expect(offers.get('fq')?.get('q')?.size).toBe(4);
    expect(offers.get('fd')?.get('d')?.size).toBe(6);
  });

  test('a limit cuts what it names and nothing else', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:8;mem:8192;ports:[1-9]');
    core.updateQuota('l', { guarantees: Quantities.EMPTY, limits: new Map([['cpus', 3_000]]) });
    addFramework(core, 'fl', ['l']);
    const first = core.run().get('fl')?.get('l')?.get('s1') ?? Resources.EMPTY;
    expect(first.unallocate().equals(R('cpus:3;mem:8192;ports:[1-9]'))).toBe(true);
    addAgent(core, 's2', 'cpus:8;mem:8192');
    expect(flat(core.run())).toEqual(['fl l s2 mem:8192']);
  });

  test('reservations count as consumed, used or not', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:4;cpus(l):2');
    core.updateQuota('l', { guarantees: Quantities.EMPTY, limits: new Map([['cpus', 3_000]]) });
    addFramework(core, 'fl', ['l']);
    const offer = core.run().get('fl')?.get('l')?.get('s1') ?? Resources.EMPTY;
    expect([offer.reserved.cpus, offer.unreserved.cpus]).toEqual([2, 1]);
  });
});

describe('refusals', () => {
  function refused(free: string) {
    const core = allocator();
    addAgent(core, 's1', free);
    addFramework(core, 'f', ['r']);
    const refusal = core.refuse('f', 's1', R('cpus:2;mem:1024').allocate('r'));
    return { core, refusal };
  }

  test('as much or less is not offered', () => {
    expect(flat(refused('cpus:1;mem:512').core.run())).toEqual([]);
    expect(flat(refused('cpus:2;mem:1024').core.run())).toEqual([]);
  });

  test('more is', () => {
    expect(flat(refused('cpus:3;mem:1024').core.run())).toHaveLength(1);
  });

  test('until the refusal is forgotten', () => {
    const { core, refusal } = refused('cpus:1');
    core.run();
    expect([core.refusalCount('r'), refusal === null]).toEqual([1, false]);
    if (refusal !== null) core.forget(refusal);
    expect(flat(core.run())).toHaveLength(1);
    expect(core.refusalCount('r')).toBe(0);
  });

  test.each<[string, (core: ReturnType<typeof allocator>) => void]>([
    ['the framework revives', core => core.reviveOffers('f', NONE)],
    [
      'the framework comes back',
      core => {
        core.deactivateFramework('f');
        core.activateFramework('f');
      },
    ],
    [
      'the agent changes its attributes',
      core => {
        const attributes = [{ name: 'rack', type: 'TEXT', text: { value: 'r1' } }] as const;
        core.updateAgent('s1', { hostname: 's1.example', attributes });
      },
    ],
    [
      'the role is left and taken again',
      core => {
        core.updateFramework('f', frameworkInfo(['other']), NONE);
        core.updateFramework('f', frameworkInfo(['r']), NONE);
      },
    ],
  ])('or %s', (_, event) => {
    const { core } = refused('cpus:1');
    expect(flat(core.run())).toEqual([]);
    event(core);
    expect(flat(core.run())).toEqual(['f r s1 cpus:1']);
  });

  test('another framework of the role gets it meanwhile', () => {
    const { core } = refused('cpus:1');
    addFramework(core, 'g', ['r']);
    expect(flat(core.run())).toEqual(['g r s1 cpus:1']);
  });
});

describe('who is offered what', () => {
  test('what is reserved goes to its role and those below, first in the offer, before what is not', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:4;mem:4096;ports:[31000-32000];cpus(ops):1;mem(ops):256;cpus(other):1');
    addFramework(core, 'f', ['ops/web']);
    expect(flat(core.run())).toEqual([
      'f ops/web s1 ports:[31000-32000]; cpus(reservations: [(STATIC,ops)]):1; ' +
        'mem(reservations: [(STATIC,ops)]):256; cpus:4; mem:4096',
    ]);
    addFramework(core, 'g', ['other']);
    expect(flat(core.run())).toEqual(['g other s1 cpus(reservations: [(STATIC,other)]):1']);
  });

  test('less than the least is not offered', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:0.009;mem:31');
    addAgent(core, 's2', 'mem:32');
    addFramework(core, 'f', ['r']);
    expect(flat(core.run())).toEqual(['f r s2 mem:32']);
  });

  test('what a framework says is its least goes before the general one', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:2');
    const quantities = [{ quantities: { cpus: { value: 3 } } }];
    const info = { ...frameworkInfo(['r']), offer_filters: { r: { min_allocatable_resources: { quantities } } } };
    core.addFramework('f', info, new Map(), true, NONE);
    expect(flat(core.run())).toEqual([]);
    core.updateFramework('f', frameworkInfo(['r']), NONE);
    expect(flat(core.run())).toHaveLength(1);
  });

  test('agents with GPUs are for those who can use them', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:1;gpus:1');
    addFramework(core, 'f', ['r']);
    expect(flat(core.run())).toEqual([]);
    addFramework(core, 'g', ['r'], ['GPU_RESOURCES']);
    expect(flat(core.run())).toEqual(['g r s1 cpus:1; gpus:1']);
  });

  test('revocable resources are for those who can lose them', () => {
    const revocable = Resources.from([{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, revocable: {} }]);
    const core = allocator();
    addAgent(core, 's1', R('cpus:1').add(revocable));
    addFramework(core, 'f', ['r']);
    expect(flat(core.run())).toEqual(['f r s1 cpus:1']);
    addFramework(core, 'g', ['r'], ['REVOCABLE_RESOURCES']);
    expect(flat(core.run())).toEqual(['g r s1 cpus{REV}:1']);
  });

  test('a shared volume is offered in every run, once', () => {
    const volume = Resources.from([
      {
        name: 'disk',
        type: 'SCALAR',
        scalar: { value: 64 },
        reservations: [{ type: 'DYNAMIC', role: 'r' }],
        disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'p' } },
        shared: {},
      },
    ]);
    const core = allocator({ minAllocatable: [] });
    addAgent(core, 's1', volume);
    addFramework(core, 'f', ['r'], ['SHARED_RESOURCES']);
    addFramework(core, 'g', ['r'], ['SHARED_RESOURCES']);
    expect(flat(core.run())).toHaveLength(1);
    expect(flat(core.run())).toHaveLength(1);
  });

  test('agents elsewhere are for those who know of regions', () => {
    const core = allocator({ region: 'us' });
    const domain = { fault_domain: { region: { name: 'eu' }, zone: { name: 'z' } } };
    core.addAgent('s1', { hostname: 'h', domain }, MODERN, R('cpus:1'), new Map());
    addFramework(core, 'f', ['r']);
    expect(flat(core.run())).toEqual([]);
    addFramework(core, 'g', ['r'], ['REGION_AWARE']);
    expect(flat(core.run())).toHaveLength(1);
  });

  test.each<[string, (core: ReturnType<typeof allocator>) => void, (core: ReturnType<typeof allocator>) => void]>([
    ['a suppressed role', core => core.suppressOffers('f', new Set(['r'])), core => core.reviveOffers('f', NONE)],
    ['an inactive framework', core => core.deactivateFramework('f'), core => core.activateFramework('f')],
    ['an inactive agent', core => core.deactivateAgent('s1'), core => core.activateAgent('s1')],
    [
      'an agent that is not on the whitelist',
      core => core.updateWhitelist(new Set(['other'])),
      core => core.updateWhitelist(new Set(['s1.example'])),
    ],
  ])('%s gets nothing until that is over', (_, before, after) => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:1');
    addFramework(core, 'f', ['r']);
    before(core);
    expect(flat(core.run())).toEqual([]);
    after(core);
    expect(flat(core.run())).toHaveLength(1);
  });

  test('a framework that left a role is offered nothing there, whatever it still holds', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:1');
    addFramework(core, 'f', ['r']);
    core.run();
    core.updateFramework('f', frameworkInfo(['q']), NONE);
    expect(core.roleNames().sort()).toEqual(['q', 'r']);
    core.recover('f', 's1', R('cpus:1').allocate('r'), false);
    expect(core.roleNames()).toEqual(['q']);
    expect(flat(core.run())).toEqual(['f q s1 cpus:1']);
  });

  test('what tasks of a framework use is not offered when its agent and it come back', () => {
    const core = allocator();
    core.addAgent('s1', { hostname: 'h' }, MODERN, R('cpus:3'), new Map([['f', R('cpus:2').allocate('r')]]));
    addFramework(core, 'g', ['r']);
    expect(flat(core.run())).toEqual(['g r s1 cpus:1']);
    core.addFramework('f', frameworkInfo(['r']), new Map([['s1', R('cpus:2').allocate('r')]]), true, NONE);
    core.recover('f', 's1', R('cpus:2').allocate('r'), true);
    core.recover('g', 's1', R('cpus:1').allocate('r'), false);
    expect(core.share('r')).toBe(0);
    expect(core.available('s1').equals(R('cpus:3'))).toBe(true);
  });

  test('what a removed framework still holds counts for it again when it comes back', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:4');
    addFramework(core, 'f', ['r']);
    core.run();
    core.removeFramework('f');
    expect([core.roleNames(), core.share('r')]).toEqual([[], 0]);
    addFramework(core, 'f', ['r']);
    expect(core.share('r')).toBe(1);
    core.recover('f', 's1', R('cpus:4').allocate('r'), true);
    expect([core.share('r'), String(core.available('s1'))]).toEqual([0, 'cpus:4']);
  });

  test('what a framework reserved of its offer stays its own', () => {
    const core = allocator();
    addAgent(core, 's1', 'cpus:4');
    addFramework(core, 'f', ['r']);
    core.run();
    const offered = R('cpus:4').allocate('r');
    const converted = R('cpus:1').pushReservation({ type: 'DYNAMIC', role: 'r' }).allocate('r');
    core.updateAllocation('f', 's1', offered, [{ consumed: R('cpus:1').allocate('r'), converted }]);
    core.recover('f', 's1', converted.add(R('cpus:3').allocate('r')), false);
    core.deactivateFramework('f');
    addFramework(core, 'g', ['q']);
    expect(flat(core.run())).toEqual(['g q s1 cpus:3']);
    expect(String(core.available('s1'))).toBe('cpus(reservations: [(DYNAMIC,r)]):1');
  });
});

describe('for any history', () => {
  const agents = ['s0', 's1', 's2', 's3'];
  const frameworks = ['f0', 'f1', 'f2'];
  const event = fc.record({
    kind: fc.constantFrom('run', 'run', 'decline', 'accept', 'revive', 'suppress', 'remove', 'add'),
    agent: fc.constantFrom(...agents),
    framework: fc.constantFrom(...frameworks),
  });

  /** Plays a history; keeps account of who holds what, as the master does. */
  function play(events: readonly { kind: string; agent: string; framework: string }[], seed: number): string[] {
    const core = allocator({}, seed);
    const held = new Map<string, Resources>();
    const log: string[] = [];
    const total = R('cpus:4;mem:1024;cpus(a):1;ports:[1-100]');
    const of = (framework: string, agent: string) => held.get(`${framework} ${agent}`) ?? Resources.EMPTY;
    for (const id of agents) addAgent(core, id, total);
    for (const [i, id] of frameworks.entries()) addFramework(core, id, [['a', 'b'], ['b/c'], ['a/x', 'b']][i] ?? []);
    for (const { kind, agent, framework } of events) {
      if (kind === 'run') {
        const offers = core.run();
        log.push(...flat(offers));
        core.updateQuota('nobody', null); // Has it look at every agent again: none may have been passed over wrongly.
        expect(flat(core.run())).toEqual([]);
        for (const [id, byRole] of offers) {
          for (const byAgent of byRole.values()) {
            for (const [at, resources] of byAgent) held.set(`${id} ${at}`, of(id, at).add(resources));
          }
        }
      }
      if (kind === 'suppress') core.suppressOffers(framework, NONE);
      if (kind === 'revive') core.reviveOffers(framework, NONE);
      if (kind === 'accept' || kind === 'decline') {
        const back = of(framework, agent);
        for (const part of back.allocations().values()) {
          core.recover(framework, agent, part, false);
          if (kind === 'decline') core.refuse(framework, agent, part);
        }
        held.delete(`${framework} ${agent}`);
      }
      if (kind === 'remove') {
        core.removeAgent(agent);
        for (const id of frameworks) held.delete(`${id} ${agent}`);
      }
      if (kind === 'add' && !core.hasAgent(agent)) addAgent(core, agent, total);
      for (const id of agents) {
        const sum = Resources.sum(frameworks.map(name => of(name, id).unallocate()));
        expect(total.contains(sum), `${id}: ${sum}`).toBe(true);
        if (core.hasAgent(id)) expect(core.available(id).add(sum).equals(total)).toBe(true);
      }
    }
    return log;
  }

  test('nothing is offered twice, and nothing is lost', () => {
    fc.assert(fc.property(fc.array(event, { maxLength: 60 }), fc.nat(), (events, seed) => void play(events, seed)));
  });

  test('the same seed gives the same offers', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.nat(), (events, seed) => {
        expect(play(events, seed)).toEqual(play(events, seed));
      }),
      { numRuns: 30 },
    );
  });
});
