import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sessions } from '../../../zk/server/sessions.ts';

const TICK_MS = 2_000;
const make = (startedAt = 1_700_000_000_000): Sessions => {
  return new Sessions({ tickTimeMs: TICK_MS, secret: Buffer.from('secret'), startedAt, serverId: 1 });
};

test.each([
  [0, 4_000],
  [-1, 4_000],
  [10_000, 10_000],
  [1_000_000, 40_000],
])('who wishes for %i ms gets %i', (wanted, given) => {
  expect(make().negotiate(wanted)).toBe(given);
});

test('a session ends between its timeout and one tick after the last word', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 4_000, max: 40_000 }), (now, timeoutMs) => {
      const sessions = make();
      const { expiresAt } = sessions.open(1n, timeoutMs, now);
      expect(expiresAt - now).toBeGreaterThan(timeoutMs);
      expect(expiresAt - now).toBeLessThanOrEqual(timeoutMs + TICK_MS);
      expect(sessions.expired(expiresAt - 1)).toEqual([]);
      expect(sessions.expired(expiresAt).map(({ id }) => id)).toEqual([1n]);
    }),
  );
});

test('a word renews a session, and only it', () => {
  const sessions = make();
  const heard = sessions.open(1n, 4_000, 0);
  sessions.open(2n, 4_000, 0);
  sessions.touch(heard, 3_000);
  expect(sessions.expired(7_000).map(({ id }) => id)).toEqual([2n]);
});

test('after a restart all have their full timeout', () => {
  const sessions = make();
  sessions.open(1n, 4_000, 0);
  sessions.touchAll(100_000);
  expect(sessions.expired(104_000)).toEqual([]);
});

test('closed sessions leave nothing behind', () => {
  const sessions = make();
  sessions.open(1n, 4_000, 0);
  sessions.close(1n);
  sessions.close(1n);
  expect([sessions.count, sessions.buckets.size, sessions.expired(1e9)]).toEqual([0, 0, []]);
});

test('ids begin with the server and its time, and skip those that are taken', () => {
  const sessions = make();
  const first = sessions.newId();
  expect(BigInt.asUintN(64, first) >> 56n).toBe(1n);
  sessions.open(first + 1n, 4_000, 0);
  expect(sessions.newId()).toBe(first + 2n);
});

test('the password belongs to its session and to the secret', () => {
  const sessions = make();
  const password = sessions.password(7n);
  expect(password).toHaveLength(16);
  expect(sessions.isPassword(7n, password)).toBe(true);
  expect(make(0).isPassword(7n, password)).toBe(true);
  expect(sessions.isPassword(8n, password)).toBe(false);
  expect([null, Buffer.alloc(16), Buffer.alloc(3)].some(wrong => sessions.isPassword(7n, wrong))).toBe(false);
});
