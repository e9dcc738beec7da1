/** Whether who sends is where it says it is. */
import type { Address } from '../pid.ts';

/** @param peer - the IP at the other end of the connection, as Node writes it; null when it is gone. */
export function isFrom({ ip }: Address, peer: string | null | undefined): boolean {
  return peer === ip || peer === `::ffff:${ip}`;
}
