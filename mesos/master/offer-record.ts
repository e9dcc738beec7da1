/** An offer that is out: what the framework holds, and what it would give back. */
import type { Timer } from '../../libprocess/index.ts';
import type { Resources } from '../common/resources.ts';
import type { Offer } from '../protocol/offers.ts';

export interface OfferRecord {
  readonly id: string;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly role: string;
  /** As the allocator counts them: allocated to `role`. */
  readonly resources: Resources;
  /** As the framework was told. */
  readonly offer: Offer;
  /** Ends it after `--offer_timeout`. */
  readonly expiry: Timer | null;
}
