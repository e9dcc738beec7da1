/** Clocks: order, pausing, and what the machine's timers cannot do by themselves. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PausableClock } from '../../libprocess/index.ts';

test('timers fire in the order of their due times, equal ones in that of their creation', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), delays => {
      const clock = PausableClock.paused();
      const fired: [number, number][] = [];
      delays.forEach((ms, index) => {
        clock.timer(ms, () => fired.push([ms, index]));
      });
      clock.advance(20);
      const sorted = delays.map((ms, index): [number, number] => [ms, index]).sort(([a, x], [b, y]) => a - b || x - y);
      expect(fired).toEqual(sorted);
    }),
  );
});

test('a cancelled timer does not fire, and can be cancelled once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), plan => {
      const clock = PausableClock.paused();
      let fired = 0;
      const timers = plan.map(([ms]) => clock.timer(ms, () => fired++));
      const cancelled = timers.filter((timer, index) => plan[index]?.[1] === true && timer.cancel());
      expect(cancelled.some(timer => timer.cancel())).toBe(false);
      clock.advance(20);
      expect(fired).toBe(plan.length - cancelled.length);
    }),
  );
});

test('a timer that fires may set the next one, which waits for its own time', () => {
  const clock = PausableClock.paused();
  const at: number[] = [];
  const tick = (): void => {
    at.push(clock.now);
    if (at.length < 3) clock.timer(10, tick);
  };
  clock.timer(10, tick);
  clock.advance(25);
  expect(at).toEqual([10, 20]);
  clock.advance(5);
  expect(at).toEqual([10, 20, 30]);
});

test('the wall clock of a paused clock moves with it', () => {
  const clock = PausableClock.paused(1_000_000);
  clock.advance(500);
  expect([clock.now, clock.wall]).toEqual([500, 1_000_500]);
});

test('a running clock cannot be stepped', () => {
  expect(() => new PausableClock().step(1)).toThrow(/paused/);
});

test('a timer in NaN milliseconds is refused', () => {
  expect(() => PausableClock.paused().timer(Number.NaN, () => {})).toThrow('NaN');
});

test('a clock that is paused twice, or resumed while it runs, stands where it stood', () => {
  const clock = PausableClock.paused();
  clock.advance(5);
  clock.pause();
  expect([clock.now, clock.isPaused]).toEqual([5, true]);
  clock.resume();
  clock.resume();
  expect(clock.isPaused).toBe(false);
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('a timer of a year fires after a year, not at once', () => {
  const clock = new PausableClock();
  const year = 365 * 24 * 3_600_000;
  let fired = false;
  clock.timer(year, () => {
    fired = true;
  });
  vi.advanceTimersByTime(year - 1);
  expect(fired).toBe(false);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(true);
});

test('a step of the wall clock moves no timer', () => {
  const clock = new PausableClock();
  let fired = false;
  clock.timer(1_000, () => {
    fired = true;
  });
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(999);
  expect(fired).toBe(false);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(true);
});

test('pausing stops timers; resuming lets them go on from there', () => {
  const clock = new PausableClock();
  let fired = 0;
  clock.timer(100, () => fired++);
  vi.advanceTimersByTime(50);
  clock.pause();
  vi.advanceTimersByTime(1_000);
  expect(fired).toBe(0);
  clock.resume();
  vi.advanceTimersByTime(49);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});

test('an earlier timer set later is armed anew', () => {
  const clock = new PausableClock();
  const fired: string[] = [];
  clock.timer(100, () => fired.push('late'));
  clock.timer(10, () => fired.push('early'));
  vi.advanceTimersByTime(10);
  expect(fired).toEqual(['early']);
  vi.advanceTimersByTime(90);
  expect(fired).toEqual(['early', 'late']);
});

test('a thousand timers arm one of the machine, and none once they are cancelled', () => {
  const clock = new PausableClock();
  const timers = Array.from({ length: 1_000 }, (_, ms) => clock.timer(1_000 - ms, () => {}));
  expect(vi.getTimerCount()).toBe(1);
  for (const timer of timers) timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});

test('a timer that never fires arms nothing', () => {
  new PausableClock().timer(Infinity, () => {});
  expect(vi.getTimerCount()).toBe(0);
});

test('a timer that throws does not keep the others from firing', () => {
  const clock = new PausableClock();
  let fired = 0;
  clock.timer(10, () => {
    throw new Error('bug');
  });
  for (const ms of [10, 20]) clock.timer(ms, () => fired++);
  expect(() => vi.advanceTimersByTime(10)).toThrow('bug');
  vi.advanceTimersByTime(10);
  expect(fired).toBe(2);
});

test('a step of the wall clock shows in the wall time alone', () => {
  const clock = new PausableClock();
  const [now, wall] = [clock.now, clock.wall];
  vi.setSystemTime(Date.now() - 3_600_000);
  expect([clock.now - now, clock.wall - wall]).toEqual([0, -3_600_000]);
});

test('what was advanced while paused stays so after the clock runs again', () => {
  const clock = new PausableClock();
  const [now, wall] = [clock.now, clock.wall];
  clock.pause();
  clock.advance(60_000);
  clock.resume();
  vi.advanceTimersByTime(10);
  expect([clock.now - now, clock.wall - wall]).toEqual([60_010, 60_010]);
});
