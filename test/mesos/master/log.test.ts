/** What a master logs when it starts, line for line as Apache Mesos has it. */
import { expect, test } from 'vitest';
import { scene } from './scene.ts';

const START = [
  /Build: /,
  /Version: 1\.12\.0/,
  /Using 'hierarchical' allocator/,
  /Starting Mesos master/,
  /Master [-0-9a-f]{36} \(.+\) started on 10\.0\.0\.1:\d+/,
  /Flags at startup: --agent_ping_timeout="15secs" .*--allocation_interval="1secs"/,
  /Elected as the leading master!/,
  /Recovering from registrar/,
  /Successfully fetched the registry \(0B\) in \d/,
  /Applied 1 operations in \d+(\.\d+)?ns; attempting to update the registry/,
  /Successfully updated the registry in \d/,
  /Successfully recovered registrar/,
  /Recovered 0 agents from the registry \(\d+B\); allowing 10mins for agents to reregister/,
];

test('the lines of a master that starts come in the order of Mesos', async () => {
  const { sim } = await scene();
  const found = START.map(line => sim.lines.findIndex(each => line.test(each)));
  expect(found, sim.lines.join('\n')).not.toContain(-1);
  expect(found).toEqual([...found].sort((a, b) => a - b));
});

test('an agent that registers is an operation on the registry', async () => {
  const { sim, agent } = await scene();
  const before = sim.lines.length;
  agent().register();
  await sim.advance(100);
  const lines = sim.lines.slice(before).filter(line => line.includes('the registry'));
  expect(lines).toEqual([
    expect.stringContaining('Applied 1 operations'),
    expect.stringContaining('Successfully updated'),
  ]);
});
