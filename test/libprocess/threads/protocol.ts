/** What the actors of the thread tests say to one another: imported on both sides. */
import { bytes, message, req, request, string, struct, uint32 } from '../../../libprocess/index.ts';

export const Note = message('test.threads.Note', { text: req(1, string) });
/** To an echo: it says the same to its sender. */
export const Echo = message('test.threads.Echo', { text: req(1, string) });
export const Double = request(
  'test.threads.Double',
  { number: req(1, uint32) },
  struct('test.threads.Doubled', { number: req(1, uint32) }),
);
/** Never answered: for questions that are given up. */
export const Wait = request('test.threads.Wait', {}, struct('test.threads.Waited', {}));
/** How often a question was given up. */
export const GivenUp = request('test.threads.GivenUp', {}, struct('test.threads.Count', { count: req(1, uint32) }));

/** What the actor `puppet` of a thread is told to do. */
export const Order = message('test.threads.Order', {
  what: req(1, string),
  /** A PID, an id, or whatever else the order needs. */
  argument: req(2, string),
});
export const Blob = message('test.threads.Blob', { bytes: req(1, bytes) });
