/** `--debugger` and `--trace`: what daemons make of them, and what their executors hear. */
import { expect, test } from 'vitest';
import { agentFlags } from '../../../mesos/agent/flags.ts';
import { debuggerArguments, debuggerEnvironment, debuggerOptions } from '../../../mesos/common/debugger-flags.ts';
import { withLibprocess } from '../../../mesos/daemon.ts';
import { masterFlags } from '../../../mesos/master/flags.ts';

test('where they are not given nothing is said', () => {
  const flags = masterFlags([]);
  expect(debuggerOptions(flags)).toEqual({});
  expect(debuggerEnvironment(flags)).toEqual({});
  expect(debuggerArguments(flags)).toEqual([]);
  expect(flags.shown).not.toHaveProperty('debugger');
});

test('what is given goes to the endpoints, to executors and to daemons of a local cluster', () => {
  const flags = agentFlags(['--master=127.0.0.1:5050', '--work_dir=/w', '--debugger=control,remote', '--trace=1000']);
  expect(debuggerOptions(flags)).toEqual({ debugger: { on: true, remote: true, control: true }, trace: 1_000 });
  expect(debuggerEnvironment(flags)).toEqual({ LIBPROCESS_DEBUGGER: 'remote,control', LIBPROCESS_TRACE: '1000' });
  expect(debuggerArguments(flags)).toEqual(['--debugger=remote,control', '--trace=1000']);
});

test('variables of libprocess stand for the flags, which win', () => {
  const env = withLibprocess({ LIBPROCESS_DEBUGGER: 'remote', LIBPROCESS_TRACE: '10' });
  expect(masterFlags(['--trace=20'], env)).toMatchObject({ debugger: 'remote', trace: 20 });
});

test.each([
  ['--debugger=all', "Failed to load flag 'debugger': debugger: 'all' is none of off, remote, control"],
  ['--trace=0', "Failed to load flag 'trace': trace: '0' is no number of events to keep"],
])('%s is refused', (flag, message) => {
  expect(() => masterFlags([flag])).toThrow(message);
  expect(() => agentFlags(['--master=127.0.0.1:5050', '--work_dir=/w', flag])).toThrow(message);
});
