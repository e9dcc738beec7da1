/** TLS on the port of everything else, with certificates that openssl makes for the test. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { http, logger, Runtime, TcpNetwork } from '../../../libprocess/index.ts';
import { type Tls, tlsFrom } from '../../../libprocess/transport/tls.ts';
import { get, RawClient, request, Site, textOf } from '../http/scene.ts';
import { Node } from './scene.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('the TLS tests are skipped: there is no openssl on this machine');

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
const at = (name: string): string => join(folder, name);

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
}

/** A certificate for 127.0.0.1, or for `name`, of the test's own authority. */
function certify(file: string, name: string): void {
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${file}.key`];
  const names = ['-addext', `subjectAltName=${name}`];
  openssl(
    'req',
    '-x509',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    ...key,
    '-out',
    `${file}.crt`,
    '-subj',
    '/CN=n',
    ...names,
  );
}

/** A certificate whose signer was signed by the authority, with that signer's behind it. */
function certifyByAnother(file: string, name: string): void {
  const sign = (ca: string, made: string, ...extensions: string[]): void =>
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-CA', `${ca}.crt`, '-CAkey', `${ca}.key`],
      ...['-keyout', `${made}.key`, '-out', `${made}.crt`, '-subj', `/CN=${made}`],
      ...extensions.flatMap(each => ['-addext', each]),
    );
  sign('ca', 'middle', 'basicConstraints=critical,CA:true');
  sign('middle', file, 'basicConstraints=critical,CA:false', `subjectAltName=${name}`);
  writeFileSync(at(`${file}.pem`), readFileSync(at(`${file}.crt`), 'utf8') + readFileSync(at('middle.crt'), 'utf8'));
}

beforeAll(() => {
  if (!hasOpenssl) return;
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=ca');
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'own.key', '-out', 'own.crt', '-subj', '/CN=own');
  certify('node', 'IP:127.0.0.1');
  certify('other', 'IP:10.9.9.9');
  certifyByAnother('chained', 'IP:127.0.0.1');
  mkdirSync(at('empty'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function environment(more: Record<string, string> = {}, name = 'node'): Tls | null {
  return tlsFrom({
    LIBPROCESS_SSL_ENABLED: 'true',
    LIBPROCESS_SSL_CERT_FILE: at(`${name}.crt`),
    LIBPROCESS_SSL_KEY_FILE: at(`${name}.key`),
    LIBPROCESS_SSL_CA_FILE: at('ca.crt'),
    ...more,
  });
}

async function start(tls: Tls | null) {
  const runtime = await Runtime.start({ network: new TcpNetwork({ tls }), log: logger(() => undefined) });
  onTestFinished(() => runtime.stop());
  const node = new Node();
  const ref = runtime.spawn(node);
  runtime.spawn(new Site({ '/health': () => http.ok('healthy') }));
  return { runtime, node, ref, pid: ref.pid };
}

const VERIFY = { LIBPROCESS_SSL_VERIFY_SERVER_CERT: 'true', LIBPROCESS_SSL_VERIFY_IPADD: 'true' };
const MUTUAL = { ...VERIFY, LIBPROCESS_SSL_REQUIRE_CLIENT_CERT: '1' };
const DOWNGRADE = { LIBPROCESS_SSL_SUPPORT_DOWNGRADE: 'true' };

describe.skipIf(!hasOpenssl)('with TLS', () => {
  test('links and HTTP between two that trust each other work both ways', async () => {
    const [a, b] = [await start(environment(MUTUAL)), await start(environment(MUTUAL))];
    expect(await a.ref.double(b.pid, 21)).toEqual({ number: 42 });
    expect(await b.ref.double(a.pid, 4)).toEqual({ number: 8 });
    const answer = await a.runtime.request(b.runtime.address.text, request('GET', '/site/health'));
    expect(await textOf(answer)).toBe('healthy');
  });

  test('any HTTPS client is served, by TLS 1.2 unless 1.3 is enabled', async () => {
    const protocolOf = async (tls: Tls | null): Promise<string | null> => {
      const { runtime } = await start(tls);
      const { ip, port } = runtime.address;
      return new Promise((done, failed) => {
        const ask = httpsRequest({ host: ip, port, path: '/site/health', rejectUnauthorized: false, agent: false });
        ask.on('response', answer => done((answer.resume().socket as import('node:tls').TLSSocket).getProtocol()));
        ask.on('error', failed).end();
      });
    };
    expect(await protocolOf(environment())).toBe('TLSv1.2');
    expect(await protocolOf(environment({ LIBPROCESS_SSL_ENABLE_TLS_V1_3: 'true' }))).toBe('TLSv1.3');
  });

  test('a plain connection is closed on, and counted', async () => {
    const { runtime } = await start(environment());
    expect(await (await RawClient.to(runtime)).send(get('/site/health')).end()).toBe('');
    expect((await runtime.metrics.snapshot())['libprocess/tls_refusals']).toBe(1);
  });

  test('with downgrades a plain peer is taken, and reached', async () => {
    const [a, plain] = [await start(environment(DOWNGRADE)), await start(null)];
    expect(await plain.ref.double(a.pid, 1)).toEqual({ number: 2 });
    const later = await start(null);
    expect(await a.ref.double(later.pid, 2)).toEqual({ number: 4 });
    for (const _ of [1, 2]) {
      const answer = await a.runtime.request(later.runtime.address.text, request('GET', '/site/health'));
      expect(await textOf(answer)).toBe('healthy');
    }
  });

  test('without downgrades a plain peer is not reached', async () => {
    const [a, plain] = [await start(environment()), await start(null)];
    await expect(a.ref.double(plain.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
    const answer = a.runtime.request(plain.runtime.address.text, request('GET', '/site/health'));
    await expect(answer).rejects.toMatchObject({ code: 'CONNECT' });
  });

  test.each([
    { name: 'own', why: 'nobody that we trust has signed' },
    { name: 'other', why: 'names another address' },
  ])('a certificate that $why is refused by who verifies, not by who does not', async ({ name }) => {
    const server = await start(environment({}, name));
    const careful = await start(environment(VERIFY));
    await expect(careful.ref.double(server.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
    const answer = careful.runtime.request(server.runtime.address.text, request('GET', '/site/health'));
    await expect(answer).rejects.toMatchObject({ code: 'CONNECT' });
    const careless = await start(environment());
    expect(await careless.ref.double(server.pid, 1)).toEqual({ number: 2 });
  });

  test('who requires certificates of clients refuses one that nobody it trusts has signed', async () => {
    const [server, stranger] = [await start(environment(MUTUAL)), await start(environment({}, 'own'))];
    await expect(stranger.ref.double(server.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect((await server.runtime.metrics.snapshot())['libprocess/tls_refusals']).toBeGreaterThan(0);
  });

  test('whoever signed may be one file among others of a folder', async () => {
    const trusted = { LIBPROCESS_SSL_CA_FILE: at('own.crt'), LIBPROCESS_SSL_CA_DIR: folder };
    const [a, b] = [await start(environment({ ...VERIFY, ...trusted })), await start(environment())];
    expect(await a.ref.double(b.pid, 2)).toEqual({ number: 4 });
    expect(() => environment({ LIBPROCESS_SSL_CA_DIR: '/nowhere' })).toThrow(/CA_DIR cannot be read/);
    expect(() => environment({ LIBPROCESS_SSL_CA_DIR: at('empty') })).toThrow(/no certificate is in/);
  });

  test('more certificates between than the depth allows are refused, by who dials and by who is dialled', async () => {
    const chained = { LIBPROCESS_SSL_CERT_FILE: at('chained.pem'), LIBPROCESS_SSL_KEY_FILE: at('chained.key') };
    const depth = (most: number) => ({ ...MUTUAL, ...chained, LIBPROCESS_SSL_VERIFICATION_DEPTH: `${most}` });
    const [loose, strict] = [await start(environment(depth(1))), await start(environment(depth(0)))];
    const other = await start(environment(depth(1)));
    expect(await loose.ref.double(other.pid, 2)).toEqual({ number: 4 });
    await expect(strict.ref.double(other.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await expect(other.ref.double(strict.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect((await strict.runtime.metrics.snapshot())['libprocess/tls_refusals']).toBeGreaterThan(0);
  });

  test('by the scheme openssl a certificate must name the address, by legacy only with VERIFY_IPADD', async () => {
    const server = await start(environment({}, 'other'));
    const verify = { LIBPROCESS_SSL_VERIFY_CERT: 'true' };
    const legacy = await start(environment(verify));
    expect(await legacy.ref.double(server.pid, 1)).toEqual({ number: 2 });
    const openssl = await start(environment({ ...verify, LIBPROCESS_SSL_HOSTNAME_VALIDATION_SCHEME: 'openssl' }));
    await expect(openssl.ref.double(server.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
  });

  test('versions with a gap between them are refused', () => {
    const gap = { LIBPROCESS_SSL_ENABLE_TLS_V1_1: '1', LIBPROCESS_SSL_ENABLE_TLS_V1_2: '0' };
    expect(() => environment({ ...gap, LIBPROCESS_SSL_ENABLE_TLS_V1_3: '1' })).toThrow(/TLSv1.1, TLSv1.3.* no gap/);
    expect(environment(gap)?.secure).toMatchObject({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' });
  });

  test('ciphers and curves are those that are named, as OpenSSL names them', async () => {
    const one = { LIBPROCESS_SSL_CIPHERS: 'ECDHE-RSA-AES256-GCM-SHA384', LIBPROCESS_SSL_ECDH_CURVES: 'P-384' };
    const two = { LIBPROCESS_SSL_CIPHERS: 'ECDHE-RSA-AES128-GCM-SHA256' };
    const [a, b, c] = [await start(environment(one)), await start(environment(one)), await start(environment(two))];
    expect(await a.ref.double(b.pid, 1)).toEqual({ number: 2 });
    await expect(c.ref.double(b.pid, 1)).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect(() => environment({ LIBPROCESS_SSL_CIPHERS: 'nonsense' })).toThrow(/TLS cannot be set up/);
  });

  test('garbage that begins like TLS costs its connection, and is counted', async () => {
    const { runtime, ref } = await start(environment());
    await (await RawClient.to(runtime)).send(Buffer.concat([Buffer.of(0x16, 3, 1, 1, 0), Buffer.alloc(300, 7)])).end();
    expect((await runtime.metrics.snapshot())['libprocess/tls_refusals']).toBe(1);
    expect(await ref.heardSoFar()).toBe(0);
  });

  test('https:// asks by TLS from a runtime that has none itself', async () => {
    const [secure, plain] = [await start(environment()), await start(null)];
    const answer = await plain.runtime.request(`https://${secure.runtime.address}`, http.get('/site/health'));
    expect(await textOf(answer)).toBe('healthy');
  });

  test('https:// verifies certificates where the environment says so', async () => {
    const strict = await start(
      environment({ LIBPROCESS_SSL_VERIFY_CERT: 'true', LIBPROCESS_SSL_VERIFY_IPADD: 'true' }),
    );
    const [good, bad] = [await start(environment()), await start(environment({}, 'other'))];
    const ask = (to: Runtime) => strict.runtime.request(`https://${to.address}`, http.get('/site/health'));
    expect((await ask(good.runtime)).status).toBe(200);
    await expect(ask(bad.runtime)).rejects.toMatchObject({ code: 'CONNECT' });
  });
});

test.each([
  { set: {}, why: 'CERT_FILE' },
  { set: { LIBPROCESS_SSL_CERT_FILE: '/nowhere', LIBPROCESS_SSL_KEY_FILE: '/nowhere' }, why: 'cannot be read' },
  { set: { LIBPROCESS_SSL_VERIFY_CERT: 'maybe' }, why: "VERIFY_CERT is 'maybe'" },
  { set: { LIBPROCESS_SSL_ENABLE_SSL_V3: 'true' }, why: 'Node has no SSL 3' },
  { set: { LIBPROCESS_SSL_VERIFICATION_DEPTH: 'deep' }, why: "VERIFICATION_DEPTH is 'deep'" },
  { set: { LIBPROCESS_SSL_HOSTNAME_VALIDATION_SCHEME: 'new' }, why: "SCHEME is 'new': want legacy or openssl" },
])('TLS that cannot work is refused at the start, with $why', ({ set, why }) => {
  const start = (): unknown => tlsFrom({ LIBPROCESS_SSL_ENABLED: '1', ...set });
  expect(start).toThrow(expect.objectContaining({ code: 'BAD_TLS', message: expect.stringContaining(why) }));
});

test('without LIBPROCESS_SSL_ENABLED there is none, and the old names count as well', () => {
  expect(tlsFrom({})).toBeNull();
  expect(tlsFrom({ SSL_ENABLED: 'false' })).toBeNull();
  expect(() => tlsFrom({ SSL_ENABLED: 'true' })).toThrow(/CERT_FILE/);
});
