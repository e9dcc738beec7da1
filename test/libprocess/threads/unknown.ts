/** A message that no thread of the tests declares. */
import { request, struct } from '../../../libprocess/index.ts';

export const Unknown = request('test.threads.Unknown', {}, struct('test.threads.UnknownAnswer', {}));
