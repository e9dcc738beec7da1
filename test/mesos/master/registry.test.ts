/** The registry's operations, and the registrar that applies them in batches. */
import { describe, expect, test } from 'vitest';
import { type Failure, Future, Promised, type Runtime } from '../../../libprocess/index.ts';
import { simulate } from '../../../libprocess/testing.ts';
import { sortKeys } from '../../../mesos/common/sort-keys.ts';
import { Registrar, type RegistryStorage } from '../../../mesos/master/registrar.ts';
import {
  admitAgent,
  agentsOf,
  goneOf,
  markAgentGone,
  markAgentReachable,
  markAgentUnreachable,
  prune,
  type RegistryOperation,
  removeAgent,
  unreachableOf,
  updateAgent,
} from '../../../mesos/master/registry.ts';
import type { MasterInfo } from '../../../mesos/protocol/masters.ts';
import type { Registry } from '../../../mesos/protocol/registry.ts';
import { running } from './scene.ts';

const NOW = { nanoseconds: 1 };
const info = (id: string, hostname = 'h') => ({ hostname, id: { value: id } });
const apply = (...operations: RegistryOperation[]): Registry =>
  operations.reduce((registry: Registry, operation) => operation(registry), {});
const lists = (registry: Registry) => ({
  agents: agentsOf(registry).map(each => each.info.id?.value),
  unreachable: unreachableOf(registry).map(each => each.id.value),
  gone: goneOf(registry).map(each => each.id.value),
});

describe('an operation', () => {
  test.each([
    { why: 'admits', by: [admitAgent(info('a'))], agents: ['a'], unreachable: [], gone: [] },
    { why: 'removes', by: [admitAgent(info('a')), removeAgent('a')], agents: [], unreachable: [], gone: [] },
    {
      why: 'marks unreachable',
      by: [admitAgent(info('a')), markAgentUnreachable('a', NOW)],
      agents: [],
      unreachable: ['a'],
      gone: [],
    },
    {
      why: 'marks reachable again',
      by: [admitAgent(info('a')), markAgentUnreachable('a', NOW), markAgentReachable(info('a'))],
      agents: ['a'],
      unreachable: [],
      gone: [],
    },
    {
      why: 'marks reachable who was unknown',
      by: [markAgentReachable(info('a'))],
      agents: ['a'],
      unreachable: [],
      gone: [],
    },
    {
      why: 'marks gone',
      by: [admitAgent(info('a')), markAgentGone('a', NOW)],
      agents: [],
      unreachable: [],
      gone: ['a'],
    },
    {
      why: 'marks gone who was unreachable',
      by: [admitAgent(info('a')), markAgentUnreachable('a', NOW), markAgentGone('a', NOW)],
      agents: [],
      unreachable: [],
      gone: ['a'],
    },
    {
      why: 'prunes',
      by: [
        admitAgent(info('a')),
        markAgentUnreachable('a', NOW),
        prune({ unreachable: new Set(['a']), gone: new Set() }),
      ],
      agents: [],
      unreachable: [],
      gone: [],
    },
  ])('$why', ({ by, agents, unreachable, gone }) => {
    expect(lists(apply(...by))).toEqual({ agents, unreachable, gone });
  });

  test.each([
    { why: 'admits twice', by: [admitAgent(info('a')), admitAgent(info('a'))], code: 'ALREADY_ADMITTED' },
    { why: 'removes whom nobody knows', by: [removeAgent('a')], code: 'UNKNOWN_AGENT' },
    { why: 'updates whom nobody knows', by: [updateAgent(info('a'))], code: 'UNKNOWN_AGENT' },
    {
      why: 'marks gone twice',
      by: [admitAgent(info('a')), markAgentGone('a', NOW), markAgentGone('a', NOW)],
      code: 'ALREADY_GONE',
    },
  ])('that $why fails $code', ({ by, code }) => {
    expect(() => apply(...by)).toThrow(expect.objectContaining({ code }));
  });

  test('that changes nothing returns the same registry', () => {
    const registry = apply(admitAgent(info('a')));
    expect(updateAgent(info('a'))(registry)).toBe(registry);
    expect(updateAgent(info('a', 'other'))(registry)).not.toBe(registry);
    expect(markAgentReachable(info('a'))(registry)).toBe(registry);
  });
});

describe('the registrar', () => {
  test('stores what is queued meanwhile in one write', async () => {
    const { storage, registrar, settle } = await start();
    const first = registrar.apply(admitAgent(info('a')));
    await settle();
    const rest = ['b', 'c'].map(id => registrar.apply(admitAgent(info(id))));
    await settle();
    expect([first.state, ...rest.map(each => each.state)]).toEqual(['pending', 'pending', 'pending']);
    storage.release();
    await settle();
    storage.release();
    await settle();
    expect(storage.stored.map(registry => agentsOf(registry).length)).toEqual([0, 1, 3]);
    expect(rest.map(each => each.value)).toEqual([true, true]);
  });

  test('fails an operation that cannot be done, and does the others', async () => {
    const { storage, registrar, settle } = await start();
    const bad = registrar.apply(removeAgent('nobody'));
    const good = registrar.apply(admitAgent(info('a')));
    bad.ignore();
    await settle();
    storage.release();
    await settle();
    expect((bad.error as Failure).code).toBe('UNKNOWN_AGENT');
    expect(good.value).toBe(true);
  });

  test('stores nothing when nothing changed', async () => {
    const { storage, registrar, settle } = await start();
    const same = registrar.apply(prune({ unreachable: new Set(['x']), gone: new Set() }));
    await settle();
    expect(same.value).toBe(false);
    expect(storage.stored).toHaveLength(1);
  });

  test('shows its agents as slaves', async () => {
    const { agent, get } = await running();
    const shown = await get('/registrar(1)/registry');
    expect(shown).toMatchObject({ slaves: { slaves: [{ info: { id: { value: agent.id } } }] } });
    expect(shown).not.toHaveProperty('agents');
  });

  test('shows the keys of every object in order', async () => {
    const { get } = await running();
    const shown = await get('/registrar(1)/registry');
    expect(JSON.stringify(shown)).toBe(JSON.stringify(sortKeys(shown)));
  });
});

class SlowStorage implements RegistryStorage {
  readonly stored: Registry[] = [];
  #writing: Promised<void> | null = null;

  fetch(): Future<Registry> {
    return Future.ready({});
  }

  store(registry: Registry): Future<void> {
    this.stored.push(registry);
    this.#writing = new Promised<void>();
    return this.#writing;
  }

  release(): void {
    this.#writing?.set();
  }
}

async function start() {
  const sim = simulate();
  const runtime: Runtime = sim.node('master');
  const storage = new SlowStorage();
  const registrar = runtime.spawn(new Registrar(storage));
  const master: MasterInfo = { id: 'm', ip: 0, port: 5050 };
  registrar.recover(master);
  await sim.settle();
  storage.release();
  await sim.settle();
  return { storage, registrar, settle: () => sim.settle() };
}
