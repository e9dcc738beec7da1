/** Where the master and the agent listen, and what they call themselves. */
import { expect, test } from 'vitest';
import { ownAddress, Runtime, TcpNetwork } from '../../libprocess/index.ts';
import { whereabouts, withLibprocess } from '../../mesos/daemon.ts';
import { masterFlags } from '../../mesos/master/flags.ts';

test('without --ip a daemon listens on all interfaces under the address of its host', async () => {
  const where = await whereabouts(masterFlags(['--port=0']));
  expect(where).toEqual({ ip: '0.0.0.0', port: 0, advertiseIp: await ownAddress(), advertisePort: undefined });
  const runtime = await Runtime.start({ network: new TcpNetwork(), ...where });
  expect(runtime.address.ip).toBe(await ownAddress());
  await runtime.connect(`127.0.0.2:${runtime.address.port}`); // No host's name resolves to this one.
  await runtime.stop();
});

test('with --ip a daemon goes by that address', async () => {
  const where = await whereabouts(masterFlags(['--ip=10.0.0.1']));
  expect(where).toEqual({ ip: '10.0.0.1', port: 5050, advertiseIp: undefined, advertisePort: undefined });
});

test('--advertise_ip is what others are told, wherever the daemon listens', async () => {
  const where = await whereabouts(masterFlags(['--advertise_ip=1.2.3.4', '--advertise_port=99']));
  expect(where).toEqual({ ip: '0.0.0.0', port: 5050, advertiseIp: '1.2.3.4', advertisePort: 99 });
});

test('variables of libprocess count where neither a flag nor its variable does', () => {
  const env = withLibprocess({
    LIBPROCESS_IP: '10.0.0.1',
    LIBPROCESS_PORT: '6000',
    LIBPROCESS_ADVERTISE_IP: '1.2.3.4',
    LIBPROCESS_ADVERTISE_PORT: '99',
    MESOS_IP: '10.0.0.2',
  });
  const flags = masterFlags(['--port=7000'], env);
  expect(flags).toMatchObject({ ip: '10.0.0.2', port: 7000, advertise_ip: '1.2.3.4', advertise_port: 99 });
});
