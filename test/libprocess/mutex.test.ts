/** Locks: who gets in when. */
import { expect, test } from 'vitest';
import { Mutex, ReadWriteLock } from '../../libprocess/index.ts';

test('a mutex goes to the waiters in the order in which they asked', () => {
  const mutex = new Mutex();
  const locks = [mutex.lock(), mutex.lock(), mutex.lock()];
  expect(locks.map(lock => lock.state)).toEqual(['ready', 'pending', 'pending']);
  mutex.unlock();
  expect(locks.map(lock => lock.state)).toEqual(['ready', 'ready', 'pending']);
  mutex.unlock();
  mutex.unlock();
  expect(mutex.lock().state).toBe('ready');
});

test('a discarded waiter of a mutex is not skipped', () => {
  const mutex = new Mutex();
  const [, discarded, last] = [mutex.lock(), mutex.lock(), mutex.lock()];
  discarded.discard();
  mutex.unlock();
  expect([discarded.state, last.state]).toEqual(['ready', 'pending']);
});

test('unlocking what nobody holds is a bug', () => {
  expect(() => new Mutex().unlock()).toThrow('nobody holds');
  expect(() => new ReadWriteLock().readUnlock()).toThrow('nobody reads');
  expect(() => new ReadWriteLock().writeUnlock()).toThrow('nobody writes');
});

test('readers share a lock, and a writer waits for all of them', () => {
  const lock = new ReadWriteLock();
  const readers = [lock.readLock(), lock.readLock()];
  const writer = lock.writeLock();
  expect(readers.map(reader => reader.state)).toEqual(['ready', 'ready']);
  lock.readUnlock();
  expect(writer.state).toBe('pending');
  lock.readUnlock();
  expect(writer.state).toBe('ready');
});

test('a reader that comes after a waiting writer waits, so that the writer does not starve', () => {
  const lock = new ReadWriteLock();
  lock.readLock();
  const writer = lock.writeLock();
  const reader = lock.readLock();
  expect(reader.state).toBe('pending');
  lock.readUnlock();
  expect([writer.state, reader.state]).toEqual(['ready', 'pending']);
  lock.writeUnlock();
  expect(reader.state).toBe('ready');
});

test('when a writer leaves, the readers before the next writer enter together', () => {
  const lock = new ReadWriteLock();
  lock.writeLock();
  const waiting = [lock.readLock(), lock.readLock(), lock.writeLock(), lock.readLock()];
  lock.writeUnlock();
  expect(waiting.map(future => future.state)).toEqual(['ready', 'ready', 'pending', 'pending']);
  lock.readUnlock();
  lock.readUnlock();
  expect(waiting.map(future => future.state)).toEqual(['ready', 'ready', 'ready', 'pending']);
});

test('a lock that was given back is free for a writer and for a reader', () => {
  const lock = new ReadWriteLock();
  lock.readLock();
  lock.readUnlock();
  expect(lock.writeLock().state).toBe('ready');
  lock.writeUnlock();
  expect(lock.readLock().state).toBe('ready');
});
