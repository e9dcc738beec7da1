/**
 * A lock server: gives its vote to one client at a time, and each token once, whatever crashes in between.
 *
 *   recovering ──▶ free ──Acquire──▶ leased ──Release, or LEASE_MS──▶ free
 *       └── the record says leased ────▶ leased, for all of LEASE_MS again
 *
 * A vote is given when it is on disk. The disk does not tell how old it is: a server that comes back and finds that it
 * gave one votes for nobody until that lease must have ended.
 */
import { Failure, Future, type Infer, Journal, type JournalRecord, type PID, Process } from '../../libprocess/index.ts';
import { LEASE_MS } from './lease.ts';
import { LockProtocol, type Vote } from './protocol.ts';

const FOLDER = '/lock';

/** What the journal says; its last record counts. */
interface Noted {
  /** The highest token that was granted. */
  readonly token: number;
  readonly leased: boolean;
}

type State =
  | { readonly phase: 'recovering' }
  | { readonly phase: 'free' }
  | { readonly phase: 'leased'; readonly client: PID | null; readonly token: number; readonly until: number };

const FREE: State = { phase: 'free' };

export class LockServer extends Process {
  /** The highest token that was granted. */
  #token = 0;
  #state: State = { phase: 'recovering' };
  #journal: Journal | null = null;

  constructor() {
    super('lock');
  }

  protected override initialize(): Promise<void> {
    this.serve(LockProtocol, { Acquire: this.#acquire, Release: this.#release });
    return this.#recover();
  }

  async #recover(): Promise<void> {
    let last: Noted = { token: 0, leased: false };
    const replay = ({ payload }: JournalRecord): void => {
      last = JSON.parse(Buffer.from(payload).toString());
    };
    this.#journal = await this.turn(Journal.open({ disk: this.runtime.disk, folder: FOLDER, replay }));
    this.#token = last.token;
    const isFree = !last.leased || this.runtime.chaos?.('lock/forget-leases');
    this.#state = isFree ? FREE : { phase: 'leased', client: null, token: last.token, until: this.now + LEASE_MS };
  }

  async #acquire({ token }: { readonly token: number }, client: PID): Promise<Infer<typeof Vote>> {
    if (this.#state.phase === 'recovering') throw new Failure('this server is recovering', 'RECOVERING');
    if (this.#isLeased() || !this.#isNew(token)) return { granted: false, token: this.#token };
    this.#token = token;
    this.#state = { phase: 'leased', client, token, until: this.now + LEASE_MS };
    await this.turn(this.#note({ token, leased: true }));
    return { granted: true, token };
  }

  #release({ token }: { readonly token: number }, client: PID): void {
    if (this.#state.phase !== 'leased') return;
    if (this.#state.client !== client || this.#state.token !== token) return;
    this.#state = FREE;
    this.#note({ token, leased: false }); // Nobody waits: if it is lost, the lease only seems to last longer.
  }

  /** Ready once it is on disk. */
  #note(noted: Noted): Future<number> {
    if (this.#journal === null) return Future.failed(new Failure('this server is recovering', 'RECOVERING'));
    const sync = !this.runtime.chaos?.('lock/vote-before-sync');
    return this.#journal.append(Buffer.from(JSON.stringify(noted)), { sync });
  }

  #isLeased(): boolean {
    return this.#state.phase === 'leased' && this.now < this.#state.until;
  }

  #isNew(token: number): boolean {
    if (this.runtime.chaos?.('lock/reuse-token')) return token >= this.#token;
    return token > this.#token;
  }
}
