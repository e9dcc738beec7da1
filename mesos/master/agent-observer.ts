/**
 * Watches one agent: pings it, and says when it has not answered for too long.
 *
 *   ping ──(pong: missed = 0)──▶ wait --agent_ping_timeout ──▶ ping …
 *                                  │ no pong: missed + 1
 *                                  └─ missed = --max_agent_ping_timeouts ──▶ master: health check timed out
 *
 * Pinging goes on after that: a pong that comes before the master has acted calls it off.
 *
 * Source: Mesos src/master/master.cpp (SlaveObserver).
 */
import { ID, type PID, Process, type Timer } from '../../libprocess/index.ts';
import { PingSlaveMessage, PongSlaveMessage } from '../protocol/pings.ts';

export interface AgentObserverOptions {
  readonly agentId: string;
  readonly agent: PID;
  readonly pingTimeoutMs: number;
  readonly pingTimeoutsMax: number;
  /** The agent has missed all its pings. Called again for each one missed beyond. */
  readonly timedOut: (agentId: string) => void;
}

export class AgentObserver extends Process {
  #agent: PID;
  #connected = true;
  #missed = 0;
  #answered = true;
  #timer: Timer | null = null;

  constructor(private readonly options: AgentObserverOptions) {
    super(ID.generate('slave-observer'));
    this.#agent = options.agent;
  }

  /** The agent is back at `agent`: what was missed is forgotten. */
  reconnect(agent: PID): void {
    this.#agent = agent;
    this.#connected = true;
    this.#missed = 0;
    this.#ping();
  }

  /** The link to the agent broke: pings now tell it to register again. */
  disconnect(): void {
    this.#connected = false;
  }

  protected override initialize(): void {
    this.install(PongSlaveMessage, this.#pong);
    this.#ping();
  }

  #pong(_body: PongSlaveMessage): void {
    this.#answered = true;
    this.#missed = 0;
  }

  #ping(): void {
    this.#timer?.cancel();
    this.#answered = false;
    this.send(this.#agent, PingSlaveMessage, { connected: this.#connected });
    this.#timer = this.delay(this.options.pingTimeoutMs, this.#timeout);
  }

  #timeout(): void {
    if (!this.#answered) this.#missed += 1;
    if (this.#missed >= this.options.pingTimeoutsMax) this.options.timedOut(this.options.agentId);
    this.#ping();
  }
}
