/** Durations and sizes as text: the original's spelling, and nothing lost on the way there and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inUnit, parseBytes, parseDuration, printBytes, printDuration } from '../../../libprocess/units.ts';

test.each([
  ['0ns', 0],
  ['1ns', 1e-6],
  ['1.5us', 0.0015],
  ['250ms', 250],
  ['1.5mins', 90_000],
  ['.5hrs', 1_800_000],
  ['10days', 864_000_000],
  ['2weeks', 1_209_600_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['', "Invalid duration ''"],
  ['10', "Invalid duration '10'"],
  ['5 secs', "Unknown duration unit ' secs'"],
  ['5minutes', "Unknown duration unit 'minutes'"],
  ['secs', "Failed to convert '' to number"],
  ['1.2.3secs', "Failed to convert '1.2.3' to number"],
  ['-1secs', "Failed to convert '' to number"],
])('the duration %j is refused', (text, message) => {
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ message, code: 'INVALID_DURATION' }));
});

test.each([
  [0, '0ns'],
  [3_141.592653, '3.141592653secs'],
  [3_140, '3140ms'],
  [90_000, '90secs'],
  [36_000_000, '10hrs'],
  [-36_000_000, '-10hrs'],
  [864_000_000, '10days'],
  [102_600_000, '1.1875days'],
  [1_209_600_000, '2weeks'],
  [0.063744, '63744ns'],
  [0.256, '256us'],
])('%d ms is printed as the original prints it: %s', (ms, text) => {
  expect(printDuration(ms)).toBe(text);
});

test('a whole number of nanoseconds, up to some days, comes back from its text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3e14 }), nanoseconds => {
      expect(parseDuration(printDuration(nanoseconds / 1e6))).toBe(nanoseconds / 1e6);
    }),
  );
});

test('a duration in any unit comes back from its text to the 15 digits that the original prints', () => {
  const units = ['ns', 'us', 'ms', 'secs', 'mins', 'hrs', 'days', 'weeks'];
  fc.assert(
    fc.property(fc.nat(999), fc.constantFrom('', '.5', '.25', '.125'), fc.constantFrom(...units), (n, part, unit) => {
      const ms = parseDuration(`${n}${part}${unit}`);
      expect(Math.abs(parseDuration(printDuration(ms)) - ms)).toBeLessThanOrEqual(ms * 1e-14);
    }),
  );
});

test.each([
  ['0B', 0],
  ['512MB', 536_870_912],
  ['2gb', 2_147_483_648],
  ['1TB', 1_099_511_627_776],
])('%s is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each([
  ['', "Invalid bytes ''"],
  ['17', "Invalid bytes '17'"],
  ['1.5GB', "Fractional bytes '1.5GB'"],
  ['1pb', "Unknown bytes unit 'PB'"],
  ['MB', "Failed to convert '' to number"],
])('the size %j is refused', (text, message) => {
  expect(() => parseBytes(text)).toThrow(expect.objectContaining({ message, code: 'INVALID_BYTES' }));
});

test('a size is printed in the largest unit that gives a whole number', () => {
  expect([0, 1023, 1024, 1536, 2 ** 31, 2 ** 40].map(printBytes)).toEqual([
    '0B',
    '1023B',
    '1KB',
    '1536B',
    '2GB',
    '1TB',
  ]);
});

test('a size comes back from its text', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), bytes => {
      expect(parseBytes(printBytes(bytes))).toBe(bytes);
    }),
  );
});

test('milliseconds convert to the unit that a metric is named after', () => {
  expect([inUnit(1_500, 'secs'), inUnit(1_500, 'us'), inUnit(3_600_000, 'hrs')]).toEqual([1.5, 1_500_000, 1]);
});
