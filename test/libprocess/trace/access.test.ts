/** Who may look at messages: by mode, by where the client is, and by what its browser shows. */
import { expect, test } from 'vitest';
import { get, type Headers } from '../../../libprocess/http/http.ts';
import { DEBUGGER_DEFAULT, parseDebugger, printDebugger, refusalTo } from '../../../libprocess/trace/access.ts';

const refusal = (mode: string, peer: string | null, headers: Headers = {}): string | null => {
  const refused = refusalTo(parseDebugger(mode), { ...get('/__trace__', headers), peer });
  if (refused !== null) expect(refused.status).toBe(403);
  return refused === null ? null : String(refused.body);
};

test.each([
  ['', { on: true, remote: false, control: false }],
  ['off', { on: false, remote: false, control: false }],
  ['remote', { on: true, remote: true, control: false }],
  ['control', { on: true, remote: false, control: true }],
  ['remote,control', { on: true, remote: true, control: true }],
])('the text %j is read, and printed as it was', (text, mode) => {
  expect(parseDebugger(text)).toEqual(mode);
  expect(printDebugger(mode)).toBe(text);
});

test.each([
  ['contorl', "debugger: 'contorl' is none of off, remote, control; want off, or remote and control"],
  ['off,remote', "debugger: 'off,remote' says off and more"],
  ['remote control', "'remote control' is none of"],
])('the text %j is refused', (text, message) => {
  expect(() => parseDebugger(text)).toThrow(message);
});

test('by default whoever is on this machine may look', () => {
  expect(DEBUGGER_DEFAULT).toEqual(parseDebugger(''));
  for (const peer of [null, '127.0.0.1', '127.0.1.1', '::1', '::ffff:127.0.0.1']) expect(refusal('', peer)).toBeNull();
});

test.each(['10.0.0.7', '::ffff:10.0.0.7', 'fe80::1'])('%s is not on this machine', peer => {
  expect(refusal('', peer)).toContain(`${peer} is not on it`);
  expect(refusal('control', peer)).toContain('--debugger=remote');
  expect(refusal('remote', peer)).toBeNull();
});

test('while it is off nobody may look', () => {
  expect(refusal('off', '127.0.0.1')).toContain('--debugger=off');
});

test.each(['', 'remote'])('pages of other origins may not look (%j)', mode => {
  const host = '127.0.0.1:5050';
  expect(refusal(mode, '127.0.0.1', { host, origin: 'http://evil.example' })).toContain('http://evil.example');
  expect(refusal(mode, '127.0.0.1', { host, origin: 'null' })).toContain("'null'");
  expect(refusal(mode, '127.0.0.1', { host, origin: 'http://127.0.0.1:5050' })).toBeNull();
});

test.each([
  ['127.0.0.1:5050', null],
  ['[::1]:5050', null],
  ['LocalHost:5050', null],
  ['evil.example:5050', 'by address only'],
  ['localhost.evil.example', 'by address only'],
])('the name %s for this machine', (host, why) => {
  const said = refusal('', '127.0.0.1', { host });
  if (why === null) expect(said).toBeNull();
  else expect(said).toContain(why);
  expect(refusal('remote', '127.0.0.1', { host })).toBeNull();
});
