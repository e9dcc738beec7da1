/** A recorder on a virtual clock, and envelopes for it. */
import { PausableClock } from '../../../libprocess/clock.ts';
import type { Envelope } from '../../../libprocess/envelope.ts';
import { Address, PID } from '../../../libprocess/pid.ts';
import { Recorder, type RecorderOptions } from '../../../libprocess/trace/recorder.ts';

export const ADDRESS = Address.of('10.0.0.1', 1);
export const EPOCH_MS = 1_000_000;

export function recorderScene(options: RecorderOptions = {}) {
  const clock = PausableClock.paused(EPOCH_MS);
  let slice = 0;
  const recorder = new Recorder({ clock, address: ADDRESS, incarnation: 'inc', slice: () => slice }, options);
  let last = 0;
  const envelope = (rest: { cause?: number; name?: string; from?: string; to?: string } = {}): Envelope => {
    last += 1;
    const { cause = 0, name = 'test.Said', from = 'a', to = 'b' } = rest;
    const [sender, receiver] = [from, to].map(id => (id.includes('@') ? PID.parse(id) : ADDRESS.pid(id))) as [PID, PID];
    const type = { name };
    return {
      kind: 'message',
      type,
      to: receiver,
      from: sender,
      body: { n: last },
      run: null,
      reply: null,
      id: last,
      cause,
    };
  };
  const pass = (ms: number): void => {
    clock.advance(ms);
    slice += 1;
  };
  const all = () => Array.from({ length: recorder.recorded }, (_, index) => recorder.event(index, false)?.id ?? null);
  return { recorder, envelope, pass, all, clock };
}
