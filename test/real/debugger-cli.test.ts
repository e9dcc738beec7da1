/** `mesos-debug` looks at a real cluster: a command task's way from the offer to its last acknowledgement is one tree. */
import { expect, test } from 'vitest';
import { Daemon, execute, getJson, startAgent, startMaster } from './daemons.ts';

test('the way of a task is one tree over master, agent and executor, found from the master alone', async () => {
  const master = await startMaster(['--trace=65536']);
  await startAgent(master.address, { flags: ['--trace=65536'] });
  const flags = ['--tree', '--message=RunTaskMessage', '--for=60s'];
  const looking = new Daemon('mesos-debug', ['mesos/debug.js', 'trace', master.address, ...flags]);
  await looking.says(/tracing master at .*, slave\(1\) at .*, executor-host at /);
  expect((await execute(master.address, '--name=hello', '--command=true')).status).toBe(0);
  await looking.says(/StatusUpdateAcknowledgementMessage/);
  await looking.kill('SIGINT');
  const [tree = ''] = looking.output.slice(looking.output.indexOf('Ctrl-C ends\n') + 12).split('\n\n');
  const chain = [
    'master  ',
    'master ─▶ slave(1)  mesos.internal.RunTaskMessage',
    'slave(1) ─▶ mesos-containerizer  Containerizer.launch',
    'mesos-containerizer ─▶ executor-host  mesos.internal.HostExecutorMessage',
    'executor(1) ─▶ slave(1)  mesos.internal.RegisterExecutorMessage',
    'slave(1) ─▶ executor(1)  mesos.internal.RunTaskMessage',
    'executor(1) ─▶ slave(1)  mesos.internal.StatusUpdateMessage',
    'slave(1) ─▶ master  mesos.internal.StatusUpdateMessage',
  ];
  let from = 0;
  for (const step of chain) {
    const found = tree.indexOf(step, from);
    expect(found, `'${step}' after what came before, in\n${tree}`).toBeGreaterThanOrEqual(0);
    from = found;
  }
});

test('daemons take --debugger, and tell their executors', async () => {
  const master = await startMaster(['--debugger=off']);
  const agent = await startAgent(master.address, { flags: ['--debugger=remote', '--trace=1000'] });
  expect((await fetch(`http://${master.address}/__trace__/status`)).status).toBe(404);
  expect(await getJson(agent.address, '/__trace__/status')).toMatchObject({ on: true, settings: { size: 1_024 } });
  const top = new Daemon('mesos-debug', ['mesos/debug.js', 'top', agent.address, '--all', '--once']);
  expect(await top.exited).toBe(0);
  expect(top.output).toMatch(/executor-host at 127\.0\.0\.1:\d+ /);
});
