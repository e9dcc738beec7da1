/**
 * A shell that stands before a program, for what must happen in the child between fork and exec, where Node lets
 * nobody in.
 *
 *   we ── pipe on descriptor 3 ──▶ sh: waits for a line ── exec ──▶ the program, same pid, without descriptor 3
 *                                   └─ supervised: a watcher in the background, which kills the session at the pipe's end
 *
 * A program that is not there ends with 127, as from any shell.
 *
 * Source: libprocess subprocess.hpp (`ParentHook`, `ChildHook::SUPERVISOR`). Its DUP2 of further descriptors, and hooks
 * that run code of ours in the child, are beyond Node.
 */
import type { LaunchSpec } from './launcher.ts';

const WAIT = 'read -r _ <&3 || exit 126';
const WATCH = '(exec </dev/null >/dev/null 2>&1; read -r _ <&3; kill -s KILL -- "-$$") &';
const RUN = 'exec "$@" 3<&-';

export function isGated({ before, supervised }: LaunchSpec): boolean {
  return before !== undefined || supervised === true;
}

/** The shell that runs `spec`'s program once it has read a line from descriptor 3. */
export function gated(spec: LaunchSpec): LaunchSpec {
  if (spec.argv0 !== undefined) throw new Error('a shell gives its program no other name');
  if (spec.supervised === true && spec.session !== true) throw new Error('only a session can be supervised');
  const script = [WAIT, ...(spec.supervised === true ? [WATCH] : []), RUN].join('\n');
  return { ...spec, file: '/bin/sh', args: ['-c', script, 'sh', spec.file, ...spec.args] };
}
