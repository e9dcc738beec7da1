/** Settings of the network that the environment gives. */
import { Failure } from '../failure.ts';
import { parseDuration } from '../units.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH: messages must come from the IP of their sender. @throws Failure BAD_SETTING. */
export function matchPeersFrom({ LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH: value }: Environment): boolean {
  if (value === undefined || value === '' || value === 'false' || value === '0') return false;
  if (value === 'true' || value === '1') return true;
  const why = `LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH is '${value}': want true or false`;
  throw new Failure(why, 'BAD_SETTING');
}

/** LIBPROCESS_BUSY_POLL: for how many milliseconds the loop polls after each piece; 0 for not at all. @throws Failure INVALID_DURATION. */
export function busyPollFrom({ LIBPROCESS_BUSY_POLL: value }: Environment): number {
  return value === undefined || value === '' ? 0 : parseDuration(value);
}
