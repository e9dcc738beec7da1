import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printPayload, printTraced } from '../../../libprocess/trace/payload.ts';

test('a body is printed as it is', () => {
  const body = { name: 'x', list: [1, true, null], inner: { deep: 'y' } };
  expect(printPayload(body)).toEqual(body);
});

test.each(['secret', 'password', 'Authorization', 'client_token', 'privateKey', 'X-Api-Key', 'set-cookie'])(
  'the value of %s is hidden, however deep',
  name => {
    const printed = JSON.stringify(printPayload([{ headers: { [name]: 'dGVzdDp0ZXN0' } }]));
    expect(printed).toContain('[secret]');
    expect(printed).not.toContain('dGVzdDp0ZXN0');
  },
);

test('a ring is cut where it closes, and what is shared is printed twice', () => {
  const ring: Record<string, unknown> = { name: 'ring' };
  ring['self'] = ring;
  const shared = { is: 'shared' };
  expect(printPayload({ ring, one: shared, two: shared })).toEqual({
    ring: { name: 'ring', self: '[circular]' },
    one: shared,
    two: shared,
  });
});

test('long texts, long lists and deep objects are cut with a mark', () => {
  const limits = { values: 10, letters: 5, depth: 2 };
  expect(printPayload('abcdefgh', limits)).toBe('abcde… (8 letters)');
  expect(printPayload(new Array(50).fill(1), limits)).toEqual([...new Array(9).fill(1), '… (50 items)']);
  expect(printPayload({ a: { b: { c: 1 } } }, limits)).toEqual({ a: { b: '[deeper]' } });
});

test('bytes, functions, errors and objects of classes are named', () => {
  class Wheel {
    spokes = 12;
  }
  const body = { bytes: new Uint8Array(3), call: () => 1, wheel: new Wheel(), error: new TypeError('flat'), nan: NaN };
  expect(printPayload(body)).toEqual({
    bytes: '[3 bytes]',
    call: '[function]',
    wheel: '[Wheel]',
    error: 'TypeError: flat',
    nan: 'NaN',
  });
});

test('whatever comes, the print is JSON of a bounded size', () => {
  fc.assert(
    fc.property(fc.anything({ withMap: true, withSet: true, withTypedArray: true, withBigInt: true }), body => {
      const text = JSON.stringify(printPayload(body, { values: 50, letters: 20, depth: 4 })) ?? '';
      expect(text.length).toBeLessThan(20_000);
    }),
  );
});

test('of a request the JSON that it carries is shown, without secrets; what is no JSON is bytes', () => {
  const request = (type: string, text: string) => ({ headers: { 'content-type': type }, body: Buffer.from(text) });
  const json = '{"type":"ACCEPT","credential":{"secret":"x"}}';
  expect(printTraced(request('application/json', json))).toMatchObject({
    body: { type: 'ACCEPT', credential: '[secret]' },
  });
  expect(printTraced(request('application/json', '{'))).toMatchObject({ body: '[1 bytes]' });
  expect(printTraced(request('application/x-protobuf', json))).toMatchObject({ body: `[${json.length} bytes]` });
});
