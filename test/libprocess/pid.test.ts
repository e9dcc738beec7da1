/** Addresses and PIDs are interned. */
import { expect, test } from 'vitest';
import { Address, PID } from '../../libprocess/index.ts';

test('equal texts give the same object', () => {
  expect(PID.parse('slave(1)@10.0.0.1:5051')).toBe(PID.parse('slave(1)@10.0.0.1:5051'));
  expect(Address.parse('10.0.0.1:5051')).toBe(PID.parse('x@10.0.0.1:5051').address);
});

test('a PID prints as it was written', () => {
  expect(String(PID.parse('slave(1)@10.0.0.1:5051'))).toBe('slave(1)@10.0.0.1:5051');
});

test('the id ends at the first @, and the address is all that follows', () => {
  expect(() => PID.parse('a@b@10.0.0.1:5051')).not.toThrow();
  expect(PID.parse('a@b@10.0.0.1:5051').id).toBe('a');
});

test('equal addresses make equal PIDs, whatever the text they came from', () => {
  expect(PID.parse('a@10.0.0.1:05051')).toBe(PID.parse('a@10.0.0.1:5051'));
  expect(PID.parse('b@10.0.0.1:5051')).not.toBe(PID.parse('a@10.0.0.1:5051'));
});

test.each([
  '',
  'master',
  '@1.2.3.4:5',
  'a@b',
  'a@b:',
  'a@:1',
  'a@b:65536',
  'a@b:x',
  'a@b:-1',
  'a@b:0x50',
  'a@b:1e3',
  'a@b: 80',
])("'%s' is not a PID", text => {
  expect(() => PID.parse(text)).toThrow(expect.objectContaining({ name: 'Failure' }));
});
