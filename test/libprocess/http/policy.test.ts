/** Who may ask what: firewall, realms, permissions, and the order that asking keeps. */
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { PausableClock } from '../../../libprocess/clock.ts';
import {
  type AuthenticationResult,
  type Authenticator,
  BasicAuthenticator,
  CombinedAuthenticator,
  DisabledEndpointsFirewallRule,
  Failure,
  type Future,
  http,
  JwtAuthenticator,
  type Principal,
  Process,
  Promised,
  Runtime,
} from '../../../libprocess/index.ts';
import { request } from './scene.ts';

class Vault extends Process {
  readonly opened: string[] = [];

  constructor() {
    super('vault');
  }

  protected override initialize(): void {
    this.route('/open', { realm: 'vault' }, this.#open);
    this.route('/look', {}, this.#open);
  }

  #open({ path, search }: http.Request, principal: Principal | null): http.Response {
    this.opened.push(search);
    return http.json({ path, principal });
  }
}

function start({ delegate = undefined as string | undefined } = {}) {
  const clock = PausableClock.paused(Date.UTC(2020, 0, 1));
  const runtime = Runtime.local({ clock, delegate });
  const vault = new Vault();
  runtime.spawn(vault);
  const ask = (path: string, headers: http.Headers = {}, search = ''): Future<http.Response> =>
    runtime.serve(request('GET', path, { headers, search }));
  const open = (headers: http.Headers = {}) => ask('/vault/open', headers);
  return { clock, runtime, vault, ask, open };
}

const basic = (text: string) => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});
const bearer = (token: string): http.Headers => ({ authorization: `Bearer ${token}` });

/** Says what it is told to, when it is told to. */
class Slow implements Authenticator {
  readonly scheme = 'Slow';
  readonly asked: Promised<AuthenticationResult>[] = [];

  authenticate(): Future<AuthenticationResult> {
    const answer = new Promised<AuthenticationResult>();
    this.asked.push(answer);
    return answer;
  }
}

test('a request for an actor whose first turn is still to come waits for it', async () => {
  const { open } = start();
  expect(await open()).toMatchObject({ status: 200 });
});

test('a request for an actor that dies in its first turn is answered with 500', async () => {
  class Stillborn extends Process {
    protected override initialize(): void {
      throw new Error('a bug');
    }
  }
  const runtime = Runtime.local({ died: () => undefined, log: { ...console, fatal: () => {}, error: () => {} } });
  runtime.spawn(new Stillborn('stillborn'));
  expect(await runtime.serve(request('GET', '/stillborn/any'))).toMatchObject({ status: 500 });
});

test('a route with a realm that has no authenticator passes, without a principal', async () => {
  const { runtime, open } = start();
  runtime.setAuthenticator('vault', new BasicAuthenticator('vault', [['ann', 'secret']]));
  runtime.unsetAuthenticator('vault');
  expect((await open()).body).toBe('{"path":"/vault/open","principal":null}');
});

test('a name with its password becomes the principal', async () => {
  const { runtime, open } = start();
  runtime.setAuthenticator('vault', new BasicAuthenticator('vault', [['ann', 'secret']]));
  expect(await open(basic('ann:secret'))).toMatchObject({
    status: 200,
    body: '{"path":"/vault/open","principal":{"value":"ann","claims":{}}}',
  });
});

test.each([
  ['nothing', {}],
  ['another scheme', { authorization: 'Bearer ann:secret' }],
  ['a wrong password', basic('ann:guess')],
  ['an unknown name', basic('bob:secret')],
  ['a password with a colon', basic('ann:secret:more')],
  ['more words', { authorization: `${basic('ann:secret').authorization} more` }],
])('%s is asked for credentials', async (_what, headers) => {
  const { runtime, vault, open } = start();
  runtime.setAuthenticator('vault', new BasicAuthenticator('the vault', [['ann', 'secret']]));
  expect(await open(headers)).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="the vault"' },
    body: '401 Unauthorized.',
  });
  expect(vault.opened).toEqual([]);
});

const SECRET = 'a secret of thirty-two bytes, or more';
const sign = (claims: Record<string, unknown>, alg = 'HS256', secret = SECRET): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(Buffer.from(secret));

test('a token gives a principal of claims, and is good through its last second', async () => {
  const { clock, runtime, open } = start();
  runtime.setAuthenticator('vault', new JwtAuthenticator('vault', SECRET, clock));
  const exp = clock.wall / 1_000 + 10;
  const token = await sign({ sub: 'ann', level: 3, exp });
  clock.advance(10_999);
  const { principal } = JSON.parse(String((await open(bearer(token))).body));
  expect(principal).toEqual({ claims: { sub: 'ann', level: '3', exp: String(exp) } });
  clock.advance(1);
  expect((await open(bearer(token))).headers['www-authenticate']).toBe(
    `Bearer realm="vault", error="invalid_token", ` +
      `error_description="Invalid JWT: Token has expired: exp(${exp}) < now(${exp + 1})"`,
  );
});

test.each([
  ['without a signature', () => new UnsecuredJWT({ sub: 'ann' }).encode(), '\'alg\' value \\"none\\" does not match'],
  ['of another algorithm', () => sign({ sub: 'ann' }, 'HS512', SECRET.repeat(2)), '\'alg\' value \\"HS512\\" does not'],
  ['of another secret', () => sign({ sub: 'ann' }, 'HS256', 'x'.repeat(32)), 'Token signature does not match'],
  ['without claims', () => sign({}), 'JWT claims missing'],
  ['of two parts', () => 'a.b', 'Expected 3 components in token, got 2'],
  ['of three parts that say nothing', () => 'a.b.c', 'Invalid JWT: '],
])('a token %s is refused', async (_what, make, why) => {
  const { clock, runtime, open } = start();
  runtime.setAuthenticator('vault', new JwtAuthenticator('vault', SECRET, clock));
  const { status, headers } = await open(bearer(await make()));
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toMatch(
    /^Bearer realm="vault", error="invalid_token", error_description="(\\.|[^"\\])*"$/,
  );
  expect(headers['www-authenticate']).toContain(why);
});

test('who shows no token is asked for one, and told of no error', async () => {
  const { clock, runtime, open } = start();
  runtime.setAuthenticator('vault', new JwtAuthenticator('vault', SECRET, clock));
  expect((await open()).headers['www-authenticate']).toBe('Bearer realm="vault"');
  expect((await open(basic('ann:secret'))).headers['www-authenticate']).toContain("Scheme 'Basic' unsupported");
});

test('the first of combined authenticators to know the sender decides', async () => {
  const { clock, runtime, open } = start();
  const known = new BasicAuthenticator('vault', [['ann', 'secret']]);
  runtime.setAuthenticator('vault', new CombinedAuthenticator([new JwtAuthenticator('vault', SECRET, clock), known]));
  expect((await open(basic('ann:secret'))).status).toBe(200);
  expect((await open(bearer(await sign({ sub: 'ann' })))).status).toBe(200);
  expect(await open()).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="vault",Basic realm="vault"' },
    body: '"Bearer" authenticator returned:\n401 Unauthorized.\n\n"Basic" authenticator returned:\n401 Unauthorized.',
  });
});

const says = (scheme: string, result: () => AuthenticationResult): Authenticator => ({ scheme, authenticate: result });
const FORBIDS = says('No', () => ({ forbidden: http.forbidden('not you') }));
const FAILS = says('Broken', () => {
  throw new Failure('out of order', 'BROKEN');
});

test('combined refusals are a 401, else a 403, else a failure', async () => {
  const { runtime, open } = start();
  const among = (...all: Authenticator[]) => {
    runtime.setAuthenticator('vault', new CombinedAuthenticator(all));
    return open();
  };
  expect(await among(FAILS, FORBIDS, new BasicAuthenticator('vault', []))).toMatchObject({ status: 401 });
  expect(await among(FAILS, FORBIDS)).toMatchObject({
    status: 403,
    body: '"No" authenticator returned:\nnot you',
  });
  expect(await among(FAILS)).toMatchObject({ status: 500, body: '"Broken" authenticator returned:\nout of order' });
});

test('an authenticator that fails, or says two things, is answered with 500', async () => {
  const { runtime, open } = start();
  runtime.setAuthenticator('vault', FAILS);
  expect(await open()).toMatchObject({ status: 500, body: 'out of order' });
  const both = { principal: { claims: {} }, forbidden: http.forbidden() };
  runtime.setAuthenticator(
    'vault',
    says('Both', () => both),
  );
  expect(await open()).toMatchObject({
    status: 500,
    body: "the authenticator for 'Both' returned principal and forbidden",
  });
});

test('handlers run in the order of the requests, whatever time authentication takes', async () => {
  const { runtime, vault, ask } = start();
  const slow = new Slow();
  runtime.setAuthenticator('vault', slow);
  await ask('/vault/look', {}, '0');
  const all = [ask('/vault/open', {}, '1'), ask('/vault/open', {}, '2'), ask('/vault/look', {}, '3')];
  await new Promise(setImmediate);
  expect(slow.asked).toHaveLength(2);
  slow.asked[1]?.set({ principal: { value: 'second', claims: {} } });
  await new Promise(setImmediate);
  expect(vault.opened).toEqual(['0']);
  slow.asked[0]?.set({ principal: { value: 'first', claims: {} } });
  const answers = await Promise.all(all);
  expect(vault.opened).toEqual(['0', '1', '2', '3']);
  expect(answers.map(({ body }) => JSON.parse(String(body)).principal?.value)).toEqual(['first', 'second', undefined]);
});

test('an authorization of a path decides by request and principal', async () => {
  const { runtime, ask } = start();
  runtime.setAuthenticator('vault', new BasicAuthenticator('vault', [['ann', '1'], ['bob', '2']])); // biome-ignore format: a table
  runtime.http.authorizations.set('/vault/open', async (_request, principal) => principal?.value === 'ann');
  expect((await ask('/vault/open', basic('ann:1'))).status).toBe(200);
  expect(await ask('/vault/open/', basic('bob:2'))).toMatchObject({ status: 403, body: '403 Forbidden.' });
  expect((await ask('/vault/look')).status).toBe(200);
});

test.each(['/vault/open', '/vault/open/', '/%76ault/open', '/vault/open/deeper', '/open'])(
  'a disabled endpoint cannot be reached by %s',
  async path => {
    const { runtime, vault, ask } = start({ delegate: 'vault' });
    runtime.http.firewall.push(new DisabledEndpointsFirewallRule(['open', '/nobody'], 'vault'));
    expect(await ask(path)).toMatchObject({ status: 403, body: "Endpoint '/vault/open' is disabled" });
    expect(vault.opened).toEqual([]);
  },
);

test('the firewall comes before the question whether there is such an actor', async () => {
  const { runtime, ask } = start();
  runtime.http.firewall.push(new DisabledEndpointsFirewallRule(['/nobody/there']));
  expect((await ask('/nobody/there')).status).toBe(403);
  expect((await ask('/nobody/here')).status).toBe(404);
  expect((await ask('/vault/look')).status).toBe(200);
});
