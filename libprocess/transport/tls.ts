/**
 * TLS of a runtime, for links and HTTP both ways, as the environment has it:
 *
 *   LIBPROCESS_SSL_ENABLED                  everything that follows counts
 *                 _CERT_FILE, _KEY_FILE     who we are; needed
 *                 _CA_FILE                  whose signature we trust
 *                 _SUPPORT_DOWNGRADE        plain connections are taken too, and made where a peer has no TLS
 *                 _VERIFY_SERVER_CERT       (or _VERIFY_CERT) whom we dial must show a certificate that we trust
 *                 _VERIFY_IPADD             and it must name the address
 *                 _REQUIRE_CLIENT_CERT      (or _REQUIRE_CERT) who dials us must show one
 *                 _CIPHERS, _ECDH_CURVES    as OpenSSL names them
 *                 _ENABLE_TLS_V1_0 … V1_3   1.2 alone, unless they say otherwise
 *
 * Each may be written without `LIBPROCESS_`. The depth of verification is OpenSSL's own: Node does not offer it.
 *
 * Source: libprocess openssl.hpp (`network::openssl::Flags`).
 */
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { Failure } from '../failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Tls {
  /** Certificate, key and all that both directions share. */
  readonly secure: SecureContextOptions;
  readonly downgrade: boolean;
  readonly requireClient: boolean;
  /** For whom we dial. */
  readonly connect: SecureContextOptions & {
    readonly rejectUnauthorized: boolean;
    readonly checkServerIdentity?: () => undefined;
  };
}

/** @throws Failure BAD_TLS; null where TLS is not enabled. */
export function tlsFrom(environment: Environment): Tls | null {
  const read = (name: string): string | undefined =>
    environment[`LIBPROCESS_SSL_${name}`] ?? environment[`SSL_${name}`] ?? undefined;
  const isSet = (name: string, otherwise = false): boolean => flag(name, read(name), otherwise);
  if (!isSet('ENABLED')) return null;
  const verify = isSet('VERIFY_SERVER_CERT', isSet('VERIFY_CERT'));
  const secure = optionsOf(read, isSet);
  return {
    secure,
    downgrade: isSet('SUPPORT_DOWNGRADE'),
    requireClient: isSet('REQUIRE_CLIENT_CERT', isSet('REQUIRE_CERT')),
    connect: {
      ...secure,
      rejectUnauthorized: verify,
      ...(isSet('VERIFY_IPADD') ? {} : { checkServerIdentity: () => undefined }),
    },
  };
}

function optionsOf(
  read: (name: string) => string | undefined,
  isSet: (name: string, otherwise?: boolean) => boolean,
): SecureContextOptions {
  const [ca, ciphers, curves] = [read('CA_FILE'), read('CIPHERS'), read('ECDH_CURVES')];
  const options = {
    cert: file('CERT_FILE', read('CERT_FILE')),
    key: file('KEY_FILE', read('KEY_FILE')),
    ...(ca === undefined ? {} : { ca: file('CA_FILE', ca) }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(curves === undefined ? {} : { ecdhCurve: curves }),
    ...versions(isSet),
  };
  try {
    createSecureContext(options); // What is wrong with them should be said now.
    return options;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Failure(`TLS cannot be set up: ${error.message}`, 'BAD_TLS', { cause: error });
  }
}

const VERSIONS: readonly { readonly flag: string; readonly version: SecureVersion; readonly enabled: boolean }[] = [
  { flag: 'ENABLE_TLS_V1_0', version: 'TLSv1', enabled: false },
  { flag: 'ENABLE_TLS_V1_1', version: 'TLSv1.1', enabled: false },
  { flag: 'ENABLE_TLS_V1_2', version: 'TLSv1.2', enabled: true },
  { flag: 'ENABLE_TLS_V1_3', version: 'TLSv1.3', enabled: false },
];

/** Node wants a range, so a version that is left out between two others is enabled as well. */
function versions(isSet: (name: string, otherwise?: boolean) => boolean) {
  const enabled = VERSIONS.filter(each => isSet(each.flag, each.enabled)).map(({ version }) => version);
  const [minVersion, maxVersion] = [enabled[0], enabled.at(-1)];
  if (minVersion === undefined || maxVersion === undefined) {
    throw new Failure('TLS is enabled, and none of its versions', 'BAD_TLS');
  }
  return { minVersion, maxVersion };
}

function flag(name: string, value: string | undefined, otherwise: boolean): boolean {
  if (value === undefined || value === '') return otherwise;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new Failure(`LIBPROCESS_SSL_${name} is '${value}': want true or false`, 'BAD_TLS');
}

function file(name: string, path: string | undefined): Buffer {
  if (path === undefined) throw new Failure(`TLS is enabled, and LIBPROCESS_SSL_${name} is not given`, 'BAD_TLS');
  try {
    return readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Failure(`LIBPROCESS_SSL_${name} cannot be read: ${error.message}`, 'BAD_TLS', { cause: error });
  }
}
