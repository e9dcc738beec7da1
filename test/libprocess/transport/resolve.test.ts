/** Host names to addresses. */
import { isIPv4 } from 'node:net';
import { expect, test } from 'vitest';
import { ownAddress, resolveHost } from '../../../libprocess/index.ts';

test('localhost is the loopback', async () => {
  expect(await resolveHost('localhost')).toMatch(/^127\./);
});

test('a name that nobody has is refused with a sentence', async () => {
  await expect(resolveHost('no such host')).rejects.toThrow('cannot resolve no such host');
});

test('this machine has an address of its own', async () => {
  expect(isIPv4(await ownAddress())).toBe(true);
});
