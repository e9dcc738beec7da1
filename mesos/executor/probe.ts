/**
 * One look at a task: a command that is run, an HTTP request or a TCP connection.
 *
 * Source: Mesos src/checks/checker_process.cpp, which asks curl and mesos-tcp-connect.
 */

import type { WaitStatus } from '../../libprocess/index.ts';
import { Failure, Future, http, printDuration, type Response, type Runtime } from '../../libprocess/index.ts';
import type { CheckStatusInfo } from '../protocol/index.ts';
import type { CheckPlan, Probe } from './check-plan.ts';
import { programOf } from './program.ts';
import { describeStatus } from './signals.ts';

const REDIRECTS_MAX = 5;

/** What was seen; `unknown` when nothing was. */
export type Finding =
  | { readonly type: 'COMMAND'; readonly status: WaitStatus }
  | { readonly type: 'HTTP'; readonly code: number }
  | { readonly type: 'TCP'; readonly succeeded: boolean }
  | { readonly type: 'unknown'; readonly why: string };

/** What commands find around them. */
export interface Surroundings {
  readonly sandbox: string;
  readonly environment: Readonly<Record<string, string>>;
}

const TIMED_OUT = { COMMAND: 'Command', HTTP: 'HTTP request', TCP: 'TCP connection' } as const;

/** Never fails. Discarding it ends what is under way. */
export function look(runtime: Runtime, { probe, timeoutMs }: CheckPlan, around: Surroundings): Future<Finding> {
  const begun = begin(runtime, probe, around);
  const late = `${TIMED_OUT[probe.type]} timed out after ${printDuration(timeoutMs)}`;
  const found = timeoutMs === Infinity ? begun : begun.orFailAfter(timeoutMs, 'TIMEOUT');
  return found.repair<Finding>(({ error }) => {
    if (!(error instanceof Failure)) throw error;
    return { type: 'unknown', why: error.code === 'TIMEOUT' ? late : error.message };
  });
}

/** Why a health check has failed; null when it has passed. */
export function complaint(finding: Finding): string | null {
  if (finding.type === 'unknown') return finding.why;
  if (finding.type === 'TCP') return finding.succeeded ? null : 'TCP connection failed';
  if (finding.type === 'HTTP') return httpComplaint(finding.code);
  const { status } = finding;
  return 'exited' in status && status.exited === 0 ? null : `Command ${describeStatus(status)}`;
}

/** The result of a check as schedulers see it: empty when nothing was found out. */
export function checkStatus({ probe: { type } }: CheckPlan, finding: Finding | null): CheckStatusInfo {
  if (type === 'HTTP') return { type, http: finding?.type === type ? { status_code: finding.code } : {} };
  if (type === 'TCP') return { type, tcp: finding?.type === type ? { succeeded: finding.succeeded } : {} };
  const status = finding?.type === type ? finding.status : null;
  return { type, command: status !== null && 'exited' in status ? { exit_code: status.exited } : {} };
}

function begin(runtime: Runtime, probe: Probe, around: Surroundings): Future<Finding> {
  if (probe.type === 'COMMAND') return runCommand(runtime, probe, around);
  if (probe.type === 'HTTP') return get(runtime, `http://${probe.authority}${probe.path}`, REDIRECTS_MAX);
  const connected = runtime.connect(probe.authority).then<Finding>(() => ({ type: 'TCP', succeeded: true }));
  return connected.repair<Finding>(() => ({ type: 'TCP', succeeded: false }));
}

function runCommand(
  { launcher }: Runtime,
  { command }: Extract<Probe, { type: 'COMMAND' }>,
  { sandbox, environment }: Surroundings,
): Future<Finding> {
  const own = (command.environment?.variables ?? []).map(({ name, value }) => [name, value ?? ''] as const);
  const spec = {
    ...programOf(command),
    env: { ...environment, ...Object.fromEntries(own) },
    cwd: sandbox,
    stdout: `${sandbox}/stderr`,
    stderr: `${sandbox}/stderr`,
    session: true,
  };
  return Future.from(async signal => {
    const { pid, status } = await launcher.launch(spec);
    const kill = (): void => void launcher.kill(pid, 'SIGKILL', 'group');
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
    const ended = await status;
    signal.removeEventListener('abort', kill); // The pid may be another's from now on.
    return { type: 'COMMAND', status: ended };
  });
}

function get(runtime: Runtime, url: string, redirectsLeft: number): Future<Finding> {
  const { host, pathname, search, port, hostname } = new URL(url);
  const authority = port === '' ? `${hostname}:80` : host;
  const empty = new Uint8Array(0);
  const path = { path: pathname, search: search.slice(1) };
  const request = { method: 'GET', ...path, headers: { accept: '*/*' }, body: empty, reader: null, peer: null };
  return runtime.request(authority, request).then<Finding>(response => {
    response.reader?.close();
    const next = redirectOf(response, url);
    if (next === null) return { type: 'HTTP', code: response.status };
    if (redirectsLeft === 0) throw new Failure(`More than ${REDIRECTS_MAX} redirects`, 'REDIRECTS');
    if (!next.startsWith('http:')) throw new Failure(`Unsupported redirect to '${next}'`, 'REDIRECTS');
    return get(runtime, next, redirectsLeft - 1);
  });
}

function redirectOf({ status, headers }: Response, url: string): string | null {
  const location = headers['location'];
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return null;
  return URL.canParse(location, url) ? new URL(location, url).href : null;
}

function httpComplaint(code: number): string | null {
  if (code >= 200 && code < 400) return null;
  return `Unexpected HTTP response code: ${`${code} ${http.STATUS_TEXT[code] ?? ''}`.trimEnd()}`;
}
