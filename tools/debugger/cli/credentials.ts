/**
 * Who one is, for nodes that ask: HTTP's Basic scheme. A secret comes from a file or the environment: on a command line
 * every user of the machine could read it.
 */
import { readFile } from 'node:fs/promises';
import { Failure } from '../../../libprocess/index.ts';

export interface CredentialOptions {
  readonly principal?: string | undefined;
  readonly 'secret-file'?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The headers that say it; none where no principal is given. @throws Failure BAD_CREDENTIALS. */
export async function credentialHeaders(options: CredentialOptions, env: Environment): Promise<Record<string, string>> {
  const principal = options.principal ?? env['MESOS_DEBUG_PRINCIPAL'];
  if (principal === undefined) return {};
  if (principal.includes(':')) throw bad(`the principal '${principal}' has a colon`);
  const secret = await secretFrom(options['secret-file'] ?? env['MESOS_DEBUG_SECRET_FILE'], env['MESOS_DEBUG_SECRET']);
  return { authorization: `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}` };
}

async function secretFrom(path: string | undefined, secret: string | undefined): Promise<string> {
  if (path === undefined) {
    if (secret !== undefined) return secret;
    throw bad('a principal needs a secret: --secret-file=FILE, or MESOS_DEBUG_SECRET in the environment');
  }
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new Failure(`cannot read the secret in ${path}: ${(error as Error).message}`, 'BAD_CREDENTIALS', {
      cause: error,
    });
  }
}

function bad(message: string): Failure {
  return new Failure(message, 'BAD_CREDENTIALS');
}
