import { describe, expect, test } from 'vitest';
import { usage } from '../../../mesos/common/flag-help.ts';
import { COMMON_FLAGS, type FlagSet, parseFlags, startupLine } from '../../../mesos/common/flags.ts';

const FLAGS = {
  ...COMMON_FLAGS,
  port: { type: 'int', default: 5050, group: 'Network', help: 'Port to listen on.' },
  agent_ping_timeout: { type: 'duration', default: 15_000, aliases: ['slave_ping_timeout'], help: 'How long.' },
  factor: { type: 'double', default: 0.8, help: 'A part.' },
  cache: { type: 'bytes', default: 4096, help: 'A size.' },
  work_dir: { type: 'path', required: true, help: 'Where things are kept.' },
  cluster: { type: 'text', help: 'A name.' },
  domain: { type: 'json', help: 'Where it is.' },
} as const satisfies FlagSet;

const FILES: Record<string, string> = { '/etc/cluster': 'prod\n', '/etc/domain': '{"a":1}' };

const OPTIONS = { readFile: (path: string) => FILES[path] ?? '' };

function parse(args: string[], env: Record<string, string> = {}) {
  return parseFlags(FLAGS, ['--work_dir=/w', ...args], env, OPTIONS);
}

describe('values', () => {
  test('are the defaults where nothing is said, and undefined where there is no default', () => {
    const { values } = parse([]);
    const port: number = values.port;
    const cluster: string | undefined = values.cluster;
    expect([port, cluster, values.agent_ping_timeout, values.quiet]).toEqual([5050, undefined, 15_000, false]);
  });

  test.each([
    { flag: '--port=1', of: 'port', value: 1 },
    { flag: '--slave_ping_timeout=1.5mins', of: 'agent_ping_timeout', value: 90_000 },
    { flag: '--factor=.5', of: 'factor', value: 0.5 },
    { flag: '--cache=2KB', of: 'cache', value: 2048 },
    { flag: '--quiet', of: 'quiet', value: true },
    { flag: '--quiet=1', of: 'quiet', value: true },
    { flag: '--no-initialize_driver_logging', of: 'initialize_driver_logging', value: false },
    { flag: '--cluster=a=b', of: 'cluster', value: 'a=b' },
    { flag: '--cluster=', of: 'cluster', value: '' },
    { flag: '--cluster=file:///etc/cluster', of: 'cluster', value: 'prod' },
    { flag: '--domain=/etc/domain', of: 'domain', value: { a: 1 } },
    { flag: '--domain={"b":[2]}', of: 'domain', value: { b: [2] } },
    { flag: '--log_dir=file:///var/log', of: 'log_dir', value: '/var/log' },
  ] as const)('$flag', ({ flag, of, value }) => {
    expect(parse([flag]).values[of]).toEqual(value);
  });

  test('come from the environment, which the command line overrides', () => {
    const env = { MESOS_PORT: '1', MESOS_CLUSTER: 'env', MESOS_UNHEARD_OF: 'x', OTHER: 'y' };
    const { values } = parse(['--port=2'], env);
    expect([values.port, values.cluster]).toEqual([2, 'env']);
  });

  test('end at --, and what is no flag is kept', () => {
    expect(parse(['a', '--port=1', '--', '--port=2']).rest).toEqual(['a', '--port=2']);
  });
});

describe('a mistake is named', () => {
  test.each([
    { args: ['--prot=1'], says: "Failed to load unknown flag 'prot'" },
    { args: ['--por=1'], says: "Failed to load unknown flag 'por' (did you mean --port?)" },
    {
      args: ['--port=x'],
      says: "Failed to load flag 'port': Failed to load value 'x': Failed to convert 'x' to number",
    },
    { args: ['--port'], says: "Failed to load non-boolean flag 'port': Missing value" },
    { args: ['--no-port'], says: "Failed to load non-boolean flag 'port' via 'no-port'" },
    { args: ['--no-quiet=true'], says: "Failed to load boolean flag 'quiet' via 'no-quiet' with value 'true'" },
    { args: ['--quiet=maybe'], says: 'Expecting a boolean' },
    { args: ['--agent_ping_timeout=5'], says: "Invalid duration '5'" },
    { args: ['--domain={'], says: "Failed to load flag 'domain'" },
    { args: ['--port=1', '--port=2'], says: "Duplicate flag 'port' on command line" },
    {
      args: ['--agent_ping_timeout=1secs', '--slave_ping_timeout=1secs'],
      says: "Flag 'slave_ping_timeout' is already loaded via name 'agent_ping_timeout'",
    },
  ])('$args', ({ args, says }) => {
    expect(() => parse(args)).toThrow(says);
  });

  test('a required flag that is missing, unless help is wanted', () => {
    expect(() => parseFlags(FLAGS, [], {}, OPTIONS)).toThrow("Flag 'work_dir' is required, but it was not provided");
    expect(parseFlags(FLAGS, ['--help'], {}, OPTIONS).values.help).toBe(true);
  });
});

test('what is shown is sorted, under the name that the operator used, and leaves out what has no value', () => {
  const { shown } = parse(['--slave_ping_timeout=60secs', '--domain={ "a": 1 }']);
  expect(startupLine(shown)).toBe(
    '--cache="4KB" --domain="{"a":1}" --factor="0.8" --help="false" --initialize_driver_logging="true" ' +
      '--logbufsecs="0" --logging_level="INFO" --port="5050" --quiet="false" --slave_ping_timeout="1mins" ' +
      '--version="false" --work_dir="/w"',
  );
});

test('help shows how to call it, then each group with defaults and older names', () => {
  const help = usage('mesos-master', 'Runs a master.', FLAGS);
  expect(help).toContain('Usage: mesos-master --work_dir=PATH [options]');
  expect(help).toContain('\nNetwork:\n  --port=NUMBER  (default: 5050)\n      Port to listen on.\n');
  expect(help).toContain('--agent_ping_timeout=DURATION  (default: 15secs; also: --slave_ping_timeout)');
  expect(help.split('\n').filter(line => line.length > 100)).toEqual([]);
});
