/**
 * Failures: the errors that are answers.
 *
 * A Failure fails the future of whoever asked, and the actor that threw it lives on. Anything else that is
 * thrown is a bug. A code exists where some caller acts on it; otherwise the message is enough.
 */

/** What every malformed body, frame or document fails with: the sender's fault, never the reader's. */
export const MALFORMED = 'MALFORMED';

/** An error that is an answer, not a bug: the caller's future fails with it, and the actor that throws it lives on. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;

  /**
   * @param message - what was wrong with what: the id, the path, the two values that differ.
   * @param code - what callers compare with; UPPER_SNAKE.
   * @param options - `cause`, where a foreign error is wrapped at the border of a subsystem.
   */
  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
