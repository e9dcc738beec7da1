/** What the environment says of recordings: LIBPROCESS_RECORD=FILE. */
import { Recording } from './recording.ts';

/**
 * The recording of the script `script`, where the environment asks for one.
 *
 * @throws Failure RECORDING when the file cannot be made.
 */
export function recordingFrom(env: Readonly<Record<string, string | undefined>>, script = ''): Recording | null {
  const { LIBPROCESS_RECORD: path } = env;
  if (path === undefined || path === '') return null;
  const settings = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('LIBPROCESS_')));
  return new Recording({ path, program: { name: script, settings } });
}
