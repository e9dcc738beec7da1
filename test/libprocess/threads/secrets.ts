/** What puppets say to one another: no main thread of the tests declares it. */
import { req, request, string, struct } from '../../../libprocess/index.ts';

export const Murmur = request(
  'test.threads.Murmur',
  { to: req(1, struct('test.threads.Whom', { text: req(1, string) })) },
  struct('test.threads.Murmured', { text: req(1, string) }),
);
