/**
 * Who may look at a runtime's messages, and who may interfere with them: `__trace__` and `__debugger__` ask here.
 *
 *   debugger        from this machine   from elsewhere   interfere (pause, inject, kill, …)
 *   off             no                  no               no
 *   (not set)       yes                 no               no
 *   remote          yes                 yes              no
 *   control         yes                 no               yes
 *   remote,control  yes                 yes              yes
 *
 * Besides this, whoever asks has to pass the realms of the runtime. Pages of other origins never may; and where only this
 * machine may look, no name may stand for its address, since a page could have chosen that name (DNS rebinding).
 */
import { isIP } from 'node:net';
import { Failure } from '../failure.ts';
import { forbidden, type Request, type Response } from '../http/http.ts';
import type { Address } from '../pid.ts';
import { EVENTS_MAX } from './recorder.ts';

/** What `--debugger` and `LIBPROCESS_DEBUGGER` say. */
export interface DebuggerMode {
  /** Whether there are `/__trace__` and `/__debugger__` at all. */
  readonly on: boolean;
  /** Whether clients on other machines may look. */
  readonly remote: boolean;
  /** Whether messages and actors may be interfered with. */
  readonly control: boolean;
}

/** Without a word from the operator: whoever is on this machine may look. */
export const DEBUGGER_DEFAULT: DebuggerMode = { on: true, remote: false, control: false };

const WORDS = ['off', 'remote', 'control'] as const;

/**
 * Reads `off`, or `remote` and `control` separated by a comma; nothing is the default.
 *
 * @throws Failure BAD_DEBUGGER.
 */
export function parseDebugger(text: string): DebuggerMode {
  const words = text.split(',').filter(word => word !== '');
  const wrong = words.find(word => !(WORDS as readonly string[]).includes(word));
  if (wrong !== undefined) throw bad(`'${wrong}' is none of ${WORDS.join(', ')}`);
  const has = (word: (typeof WORDS)[number]): boolean => words.includes(word);
  if (has('off') && words.some(word => word !== 'off')) throw bad(`'${text}' says off and more`);
  return { on: !has('off'), remote: has('remote'), control: has('control') };
}

/** The text that `parseDebugger` reads as `mode`. */
export function printDebugger({ on, remote, control }: DebuggerMode): string {
  if (!on) return 'off';
  return [remote ? 'remote' : [], control ? 'control' : []].flat().join(',');
}

const OFF = 'The debugger is off here: it was started with --debugger=off.\n';

/** Reads `--trace` and `LIBPROCESS_TRACE`: how many events are kept. @throws Failure BAD_TRACE. */
export function parseTraceSize(text: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : 0;
  if (size >= 1 && size <= EVENTS_MAX) return size;
  throw new Failure(`trace: '${text}' is no number of events to keep, 1 to ${EVENTS_MAX}`, 'BAD_TRACE');
}

/** Why `request` may not look; null when it may. */
export function refusalTo({ on, remote }: DebuggerMode, { peer, headers }: Request): Response | null {
  const { origin, host } = headers;
  if (!on) return forbidden(OFF);
  if (!remote && !isLoopback(peer)) return forbidden(elsewhere(peer));
  if (origin !== undefined && !isOwn(origin, host)) return forbidden(`Pages of '${origin}' may not look here.\n`);
  if (!remote && host !== undefined && !isAddress(host)) return forbidden(named(host));
  return null;
}

/**
 * Whether the node at `from` may look at the one at `here` through their link. What a peer calls itself counts, as it does
 * for all messages: where that is not enough, nodes share a secret.
 */
export function mayLookFrom({ on, remote }: DebuggerMode, from: Address, here: Address): boolean {
  return on && (remote || isLoopback(from.ip) || from.ip === here.ip);
}

/** Null stands for this OS process itself. */
function isLoopback(peer: string | null): boolean {
  return peer === null || peer === '::1' || /^(::ffff:)?127\./.test(peer);
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** True for `127.0.0.1:5050`, `[::1]:5050`, `localhost:5050`. */
function isAddress(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name.toLowerCase() === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

function elsewhere(peer: string | null): string {
  return (
    `Messages may be looked at from this machine only, and ${peer} is not on it. ` +
    'To allow others, start with --debugger=remote (in scripts: LIBPROCESS_DEBUGGER=remote).\n'
  );
}

function named(host: string): string {
  return (
    `Messages may be looked at by address only, such as http://127.0.0.1, and not as ${host}. ` +
    'To allow names, start with --debugger=remote (in scripts: LIBPROCESS_DEBUGGER=remote).\n'
  );
}

function bad(why: string): Failure {
  return new Failure(`debugger: ${why}; want off, or remote and control separated by a comma`, 'BAD_DEBUGGER');
}
