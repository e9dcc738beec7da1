/**
 * TLS of a runtime, for links and HTTP both ways, as the environment has it:
 *
 *   LIBPROCESS_SSL_ENABLED                  everything that follows counts
 *                 _CERT_FILE, _KEY_FILE     who we are; needed
 *                 _CA_FILE, _CA_DIR         whose signatures we trust: a file, a folder of files
 *                 _SUPPORT_DOWNGRADE        plain connections are taken too, and made where a peer has no TLS
 *                 _VERIFY_SERVER_CERT       (or _VERIFY_CERT) whom we dial must show a certificate that we trust
 *                 _VERIFY_IPADD             and it must name the address,
 *                 _HOSTNAME_VALIDATION_SCHEME   as it must where this is `openssl`; `legacy` leaves it to the line above
 *                 _VERIFICATION_DEPTH       how many certificates may stand between the peer's and the one we trust
 *                 _REQUIRE_CLIENT_CERT      (or _REQUIRE_CERT) who dials us must show one
 *                 _CIPHERS, _ECDH_CURVES    as OpenSSL names them
 *                 _ENABLE_TLS_V1_0 … V1_3   1.2 alone, unless they say otherwise; _ENABLE_SSL_V3 is refused
 *
 * Each may be written without `LIBPROCESS_`. Addresses are IPs here, so a certificate names an address or nothing.
 *
 * Source: libprocess openssl.hpp (`network::openssl::Flags`).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkServerIdentity,
  createSecureContext,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContextOptions,
  type SecureVersion,
} from 'node:tls';
import { Failure } from '../failure.ts';

const PEM = '-----BEGIN CERTIFICATE-----';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Tls {
  /** Certificate, key and all that both directions share. */
  readonly secure: SecureContextOptions;
  readonly downgrade: boolean;
  readonly requireClient: boolean;
  /** For whom we dial. */
  readonly connect: SecureContextOptions & {
    readonly rejectUnauthorized: boolean;
    readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
  };
  /** Why the chain of a peer's certificate is longer than it may be; undefined when it is not. */
  readonly tooLong: (certificate: DetailedPeerCertificate) => Failure | undefined;
}

/** @throws Failure BAD_TLS; null where TLS is not enabled. */
export function tlsFrom(environment: Environment): Tls | null {
  const read = (name: string): string | undefined =>
    environment[`LIBPROCESS_SSL_${name}`] ?? environment[`SSL_${name}`] ?? undefined;
  const isSet = (name: string, otherwise = false): boolean => flag(name, read(name), otherwise);
  if (!isSet('ENABLED')) return null;
  if (isSet('ENABLE_SSL_V3')) throw new Failure('LIBPROCESS_SSL_ENABLE_SSL_V3: Node has no SSL 3', 'BAD_TLS');
  const verify = isSet('VERIFY_SERVER_CERT', isSet('VERIFY_CERT'));
  const isNamed = scheme(read('HOSTNAME_VALIDATION_SCHEME')) === 'openssl' || isSet('VERIFY_IPADD');
  const tooLong = longerThan(depth(read('VERIFICATION_DEPTH')));
  const secure = optionsOf(read, isSet);
  return {
    secure,
    downgrade: isSet('SUPPORT_DOWNGRADE'),
    requireClient: isSet('REQUIRE_CLIENT_CERT', isSet('REQUIRE_CERT')),
    connect: {
      ...secure,
      rejectUnauthorized: verify,
      checkServerIdentity: (host, certificate) =>
        tooLong(certificate as DetailedPeerCertificate) ??
        (isNamed ? checkServerIdentity(host, certificate) : undefined),
    },
    tooLong,
  };
}

function scheme(value = 'legacy'): string {
  if (value === 'legacy' || value === 'openssl') return value;
  const why = `LIBPROCESS_SSL_HOSTNAME_VALIDATION_SCHEME is '${value}': want legacy or openssl`;
  throw new Failure(why, 'BAD_TLS');
}

function depth(value = '4'): number {
  if (/^\d{1,3}$/.test(value)) return Number(value);
  throw new Failure(`LIBPROCESS_SSL_VERIFICATION_DEPTH is '${value}': want a number`, 'BAD_TLS');
}

/** Node does not hand OpenSSL a depth, and has it count to a hundred. */
function longerThan(depthMax: number): Tls['tooLong'] {
  return certificate => {
    let between = 0;
    let each = certificate.issuerCertificate;
    while (each !== undefined && each !== each.issuerCertificate) {
      between += 1;
      each = each.issuerCertificate;
    }
    if (certificate === certificate.issuerCertificate || between <= depthMax) return undefined;
    return new Failure(`${between} certificates stand between, more than ${depthMax}`, 'BAD_TLS');
  };
}

function optionsOf(
  read: (name: string) => string | undefined,
  isSet: (name: string, otherwise?: boolean) => boolean,
): SecureContextOptions {
  const [ciphers, curves] = [read('CIPHERS'), read('ECDH_CURVES')];
  const ca = authorities(read('CA_FILE'), read('CA_DIR'));
  const options = {
    cert: file('CERT_FILE', read('CERT_FILE')),
    key: file('KEY_FILE', read('KEY_FILE')),
    ...(ca.length === 0 ? {} : { ca }),
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

interface Version {
  readonly flag: string;
  readonly version: SecureVersion;
  readonly enabled: boolean;
}

const VERSIONS: readonly Version[] = [
  { flag: 'ENABLE_TLS_V1_0', version: 'TLSv1', enabled: false },
  { flag: 'ENABLE_TLS_V1_1', version: 'TLSv1.1', enabled: false },
  { flag: 'ENABLE_TLS_V1_2', version: 'TLSv1.2', enabled: true },
  { flag: 'ENABLE_TLS_V1_3', version: 'TLSv1.3', enabled: false },
];

/** Node wants a range. */
function versions(isSet: (name: string, otherwise?: boolean) => boolean) {
  const enabled = VERSIONS.filter(each => isSet(each.flag, each.enabled)).map(({ version }) => version);
  const [minVersion, maxVersion] = [enabled[0], enabled.at(-1)];
  if (minVersion === undefined || maxVersion === undefined) {
    throw new Failure('TLS is enabled, and none of its versions', 'BAD_TLS');
  }
  const range = VERSIONS.map(({ version }) => version).slice(VERSIONS.findIndex(each => each.version === minVersion));
  if (!enabled.every((version, index) => version === range[index])) {
    throw new Failure(`TLS is enabled as ${enabled.join(', ')}: OpenSSL wants no gap between versions`, 'BAD_TLS');
  }
  return { minVersion, maxVersion };
}

/** The certificates of a file and of all files of a folder, as far as they hold any. */
function authorities(path: string | undefined, folder: string | undefined): Buffer[] {
  const single = path === undefined ? [] : [file('CA_FILE', path)];
  if (folder === undefined) return single;
  const names = listed(folder).filter(name => statSync(join(folder, name)).isFile());
  const all = names.map(name => file('CA_DIR', join(folder, name))).filter(each => each.includes(PEM));
  if (all.length === 0) throw new Failure(`LIBPROCESS_SSL_CA_DIR: no certificate is in ${folder}`, 'BAD_TLS');
  return [...single, ...all];
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Failure(`LIBPROCESS_SSL_CA_DIR cannot be read: ${error.message}`, 'BAD_TLS', { cause: error });
  }
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
