/**
 * Control over the actors of one runtime: they stand still, go on by single steps, and their envelopes are lost, late or
 * doubled by rules. Everything is logged: who looks at the log later must know that somebody had a hand in it.
 *
 *   running ──pause, break──▶ held ──step──▶ (one envelope) held
 *      ▲                        └──resume──▶ all that was held, in order
 *      └────────────────────────┘
 *
 * It sits where envelopes are served (`runtime.filter`), and only from the first order to the last rule: a runtime that
 * nobody holds pays nothing. What is held is kept here, in order; the end of an actor finds it in the mailbox again.
 */
import { fromJson } from '../codec/json.ts';
import { schedule } from '../drain.ts';
import type { Envelope } from '../envelope.ts';
import { Failure } from '../failure.ts';
import type { Mailbox } from '../mailbox.ts';
import { messageNamed } from '../message.ts';
import { Address, PID } from '../pid.ts';
import { Ring } from '../ring.ts';
import type { Runtime } from '../runtime.ts';
import type { Rule } from './protocol.ts';
import { Rules } from './rules.ts';

/** An actor that stands still. */
interface Standing {
  because: 'paused' | 'break';
  readonly envelopes: Ring<Envelope>;
}

export class Control {
  readonly rules = new Rules();
  readonly #standing = new Map<Mailbox, Standing>();
  /** Nodes that this one has been cut off from. */
  readonly #cut = new Set<Address>();
  /** Envelopes that have been judged, and are to be served now. */
  readonly #passed = new WeakSet<Envelope>();

  /**
   * @param own - the debugger itself, to which no rule applies.
   * @param changed - called when what stands still, and before what, is not what it was.
   */
  constructor(
    private readonly runtime: Runtime,
    private readonly own: PID,
    private readonly changed: () => void,
  ) {}

  /** Actors that stand still, and what they would do next. */
  get held(): readonly { readonly actor: PID; readonly because: 'paused' | 'break'; readonly next: Envelope | null }[] {
    return [...this.#standing].map(([{ pid }, { because, envelopes }]) => {
      const [next = null] = envelopes;
      return { actor: pid, because, next };
    });
  }

  /** What is held of `actor`, in order, the next first. */
  heldOf(actor: PID): Iterable<Envelope> {
    return (actor.mailbox === null ? undefined : this.#standing.get(actor.mailbox)?.envelopes) ?? [];
  }

  isHeld(actor: PID): boolean {
    return actor.mailbox !== null && this.#standing.has(actor.mailbox);
  }

  /** @throws Failure NO_PROCESS for an unknown actor. */
  pause(id: string): void {
    const mailbox = this.#mailbox(id);
    this.#audit(`pauses ${id}`);
    this.#hold(mailbox, 'paused');
    this.changed();
  }

  resume(id: string): void {
    const mailbox = this.#mailbox(id);
    this.#audit(`resumes ${id}`);
    this.#release(mailbox);
    this.#rest();
    this.changed();
  }

  /** Serves the next envelope of an actor that stands still. @throws Failure NOT_HELD. */
  step(id: string): void {
    const mailbox = this.#mailbox(id);
    const standing = this.#standing.get(mailbox);
    const next = standing?.envelopes.shift();
    if (standing === undefined || next === undefined)
      throw new Failure(`'${id}' has nothing to step: pause it, and wait for mail`, 'NOT_HELD');
    this.#audit(`steps ${id} by ${next.type.name}`);
    standing.because = 'paused'; // What stopped at a rule has gone.
    this.#pass(mailbox, next);
    this.changed();
  }

  kill(id: string): void {
    const { pid } = this.#mailbox(id);
    this.#audit(`kills ${id}`);
    this.runtime.terminate(pid);
  }

  /** @throws Failure BAD_RULE. */
  add(rule: Rule): void {
    if (rule.action === 'delay' && !(typeof rule.ms === 'number' && rule.ms > 0)) {
      throw new Failure(`rule '${rule.id}' delays: it needs its 'ms', more than 0`, 'BAD_RULE');
    }
    if (!this.rules.add(rule)) throw new Failure('there are too many rules: take some away first', 'BAD_RULE');
    this.#audit(`adds the rule ${JSON.stringify(rule)}`);
    this.#watch();
  }

  remove(id: string): void {
    if (!this.rules.remove(id)) throw new Failure(`there is no rule '${id}'`, 'BAD_RULE');
    this.#audit(`takes away the rule '${id}'`);
    this.#rest();
  }

  /** Sends a message as if `from` had; `body` is JSON by the message's own description. @throws Failure. */
  inject(id: string, name: string, body: unknown, from: string | undefined): void {
    const { pid } = this.#mailbox(id);
    const type = messageNamed(name);
    if (type === undefined) throw new Failure(`there is no message '${name}' in this process`, 'NO_MESSAGE');
    const sender = from === undefined || from === '' ? this.runtime.outside : PID.parse(from);
    const decoded = fromJson(type.body, body);
    this.#audit(`injects ${name} for ${id}`);
    this.runtime.receive(type, pid, sender, decoded, null);
  }

  /** Cuts this node off from the one at `peer`, or mends that. @throws Failure BAD_ADDRESS. */
  partition(peer: string, cut: boolean): void {
    const address = Address.parse(peer);
    this.#audit(cut ? `cuts off ${peer}` : `lets ${peer} in again`);
    if (cut) this.#cut.add(address);
    else this.#cut.delete(address);
    this.runtime.partition(address, cut);
  }

  /** Nobody controls any more: everything goes on. */
  release(): void {
    for (const { id } of this.rules.all) this.rules.remove(id);
    for (const mailbox of [...this.#standing.keys()]) this.#release(mailbox);
    for (const address of this.#cut) this.partition(address.text, false);
    this.#rest();
  }

  readonly #judge = (envelope: Envelope): 'serve' | 'drop' | 'keep' => {
    if (this.#passed.delete(envelope)) return 'serve';
    const { mailbox } = envelope.to;
    if (mailbox === null || mailbox.pid === this.own) return 'serve';
    const standing = this.#standing.get(mailbox);
    if (envelope.kind === 'terminate') {
      // Its callers are failed with all else that waits in the mailbox.
      if (standing !== undefined) this.#release(mailbox);
      return 'serve';
    }
    if (standing === undefined) return this.#judgeByRules(mailbox, envelope);
    standing.envelopes.push(envelope);
    if (standing.envelopes.length === 1) this.changed();
    return 'keep';
  };

  #judgeByRules(mailbox: Mailbox, envelope: Envelope): 'serve' | 'drop' | 'keep' {
    const { kind, to, type, body } = envelope;
    const rule = this.rules.take({ actor: to.id, name: type.name, body });
    if (rule === null) return 'serve';
    this.#rest();
    if (rule.action !== 'break' && (kind === 'initialize' || kind === 'resume')) return 'serve';
    this.#audit(`applies the rule '${rule.id}' (${rule.action}) to ${type.name} for ${to.id}`);
    switch (rule.action) {
      case 'break':
        this.#hold(mailbox, 'break').push(envelope);
        this.changed();
        return 'keep';
      case 'drop':
        return 'drop';
      case 'delay':
        this.runtime.clock.timer(rule.ms ?? 0, () => this.#pass(mailbox, envelope));
        return 'keep';
      case 'duplicate':
        this.#pass(mailbox, { ...envelope, id: this.runtime.nextId(), reply: null });
        return 'serve';
    }
  }

  #hold(mailbox: Mailbox, because: 'paused' | 'break'): Ring<Envelope> {
    const standing = this.#standing.get(mailbox) ?? { because, envelopes: new Ring<Envelope>() };
    this.#standing.set(mailbox, standing);
    this.#watch();
    return standing.envelopes;
  }

  /** All that was held goes back, to be judged by the rules; but for what stopped at one already. */
  #release(mailbox: Mailbox): void {
    const { because, envelopes = [] } = this.#standing.get(mailbox) ?? {};
    this.#standing.delete(mailbox);
    const [first, ...others] = envelopes;
    for (const envelope of others.reverse()) mailbox.unshift(envelope);
    if (first !== undefined) {
      if (because === 'break') this.#passed.add(first);
      mailbox.unshift(first);
    }
    if (mailbox.length > 0 && !mailbox.scheduled) schedule(mailbox);
  }

  /** Lets one envelope be served before all that waits. */
  #pass(mailbox: Mailbox, envelope: Envelope): void {
    if (!mailbox.alive) {
      envelope.reply?.fail(new Failure(`${mailbox.pid} terminated`, 'TERMINATED'));
      return;
    }
    this.#passed.add(envelope);
    mailbox.unshift(envelope);
    if (!mailbox.scheduled) schedule(mailbox);
  }

  #watch(): void {
    this.runtime.filter = this.#judge;
  }

  #rest(): void {
    if (this.rules.isEmpty && this.#standing.size === 0) this.runtime.filter = null;
  }

  /** @throws Failure NO_PROCESS, or REFUSED for the debugger itself: nobody could let it go on. */
  #mailbox(id: string): Mailbox {
    if (id === this.own.id) throw new Failure(`'${id}' is what obeys: it cannot be held or ended`, 'REFUSED');
    const process = this.runtime.process(id);
    if (process === undefined)
      throw new Failure(`there is no process '${id}' at ${this.runtime.address}`, 'NO_PROCESS');
    return process.$mailbox;
  }

  #audit(what: string): void {
    this.runtime.log.warn({ debugger: true }, `the debugger ${what}`);
  }
}
