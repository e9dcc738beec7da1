/** What the actors of the thread bench say to one another. */
import { message, req, request, string, struct, uint32 } from '../../libprocess/index.ts';

export const Data = message('bench.threads.Data', { n: req(1, uint32), payload: req(2, string) });
/** How many the sink has got since it last said so. */
export const Got = message('bench.threads.Got', { count: req(1, uint32) });
export const Ball = request(
  'bench.threads.Ball',
  { n: req(1, uint32) },
  struct('bench.threads.Back', { n: req(1, uint32) }),
);
/** To the relay of one thread: send so many to the sink of another, and say when they are there. */
export const Send = request(
  'bench.threads.Send',
  { count: req(1, uint32), payload: req(2, string) },
  struct('bench.threads.Sent', {}),
);

/** The sink acknowledges messages by so many. */
export const STEP = 1_000;
/** Messages that are under way at most. */
export const WINDOW = 10_000;
