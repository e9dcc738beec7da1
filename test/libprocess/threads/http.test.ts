/** Routes of actors in other threads, as HTTP clients of the one address see them. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BasicAuthenticator,
  DisabledEndpointsFirewallRule,
  type http,
  Pipe,
  Runtime,
  TcpNetwork,
} from '../../../libprocess/index.ts';
import { readerOf, request, textOf } from '../http/scene.ts';
import { closeAfter, openScene, scene } from './scene.ts';

describe('an actor of a thread', () => {
  const opened = openScene();
  const clients = Runtime.start({ network: new TcpNetwork() });

  beforeAll(async () => {
    await (await opened).thread('one', 'web');
  });

  closeAfter(opened);
  closeAfter(clients.then(runtime => ({ runtime })));

  async function ask(method: string, path: string, rest?: Partial<http.Request>): Promise<http.Response> {
    return (await clients).request((await opened).runtime.address.text, request(method, path, rest));
  }

  test('answers with status, headers and body, and sees path and headers as they came', async () => {
    const response = await ask('GET', '/web/hello/below', { headers: { 'x-test': 'yes' } });

    expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(await textOf(response)).toBe('hello /web/hello/below yes');
  });

  test('gets the whole body of a request', async () => {
    expect(await textOf(await ask('POST', '/web/echo', { body: Buffer.from('a body') }))).toBe('a body');
  });

  test('gets bodies of several megabytes, whole or piece by piece', async () => {
    const body = new Uint8Array(5 * 1024 * 1024 + 1).fill(65);

    expect(await textOf(await ask('POST', '/web/size', { body }))).toBe(String(body.length));
    expect(await textOf(await ask('POST', '/web/echo', { body }))).toHaveLength(body.length);
  });

  test('answers with bytes, few and many', async () => {
    for (const n of [0, 10, 5 * 1024 * 1024 + 1]) {
      const response = await ask('GET', '/web/bytes', { search: `n=${n}` });
      expect((await readerOf(response).readAll()).every(byte => byte === 7)).toBe(true);
      expect(response.headers['content-length']).toBe(String(n));
    }
  });

  test('reads a streaming request while it is sent', async () => {
    const { reader, writer } = new Pipe();
    const answer = ask('POST', '/web/size', { reader });
    writer.write('1234');
    writer.write('567');
    writer.close();

    expect(await textOf(await answer)).toBe('7');
  });

  test('streams its answer, and hears when the client has gone', async () => {
    const response = await ask('GET', '/web/stream');
    const reader = readerOf(response);
    let text = '';
    while (text.length < 'one,two'.length) text += Buffer.from(await reader.read()).toString();
    expect(text).toBe('one,two');

    reader.close();

    while ((await textOf(await ask('GET', '/web/closed'))) !== '1');
  });

  test('is not found below what it has no route for', async () => {
    expect((await ask('GET', '/web/none')).status).toBe(404);
    expect((await ask('GET', '/webb/hello')).status).toBe(404);
  });

  test('is behind the firewall of the main thread', async () => {
    const { firewall } = (await opened).runtime.http;
    firewall.push(new DisabledEndpointsFirewallRule(['/web/hello']));

    expect((await ask('GET', '/web/hello')).status).toBe(403);
    firewall.pop();
    expect((await ask('GET', '/web/hello')).status).toBe(200);
  });

  test('is asked for under the realms and permissions that the main thread has set', async () => {
    const { runtime } = await opened;
    expect(await textOf(await ask('GET', '/web/secret'))).toBe('for undefined');
    runtime.setAuthenticator('secrets', new BasicAuthenticator('secrets', [['ada', 'love']]));
    runtime.http.authorizations.set('/web/secret', (_request, principal) => principal?.value !== 'eve');

    const refused = await ask('GET', '/web/secret');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Basic realm="secrets"']);
    expect(await textOf(await ask('GET', '/web/secret', { headers: basic('ada:love') }))).toBe('for ada');
    runtime.setAuthenticator('secrets', new BasicAuthenticator('secrets', [['eve', 'evil']]));
    expect((await ask('GET', '/web/secret', { headers: basic('eve:evil') })).status).toBe(403);
    runtime.unsetAuthenticator('secrets');
    runtime.http.authorizations.delete('/web/secret');
    expect(await textOf(await ask('GET', '/web/secret'))).toBe('for undefined');
  });
});

test('a delegate may live in a thread', async () => {
  const { runtime, thread } = await scene({ delegate: 'web' });
  await thread('one', 'web');

  const response = await runtime.request(runtime.address.text, request('GET', '/hello'));

  expect(await textOf(response)).toBe('hello /hello ');
});

test('requests to a thread that ends are answered with 500, and answers that stream break off', async () => {
  const { runtime, thread } = await scene();
  const one = await thread('one', 'web');
  const never = runtime.request(runtime.address.text, request('GET', '/web/never'));
  const reader = readerOf(await runtime.request(runtime.address.text, request('GET', '/web/stream')));
  await reader.read();

  await one.terminate();

  expect((await never).status).toBe(500);
  await expect(reader.readAll()).rejects.toMatchObject({ code: 'DISCONNECTED' });
  expect((await runtime.request(runtime.address.text, request('GET', '/web/hello'))).status).toBe(404);
});

function basic(credentials: string): http.Headers {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
