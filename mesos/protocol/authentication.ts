/**
 * Authentication of frameworks and agents towards the master, by SASL steps.
 *
 *   client ──AuthenticateMessage────────────▶ master
 *   client ◀──AuthenticationMechanismsMessage authenticator
 *   client ──AuthenticationStartMessage─────▶ authenticator
 *   client ◀─AuthenticationStepMessage──────▶ authenticator     (as often as the mechanism wants)
 *   client ◀──AuthenticationCompletedMessage, AuthenticationFailedMessage or AuthenticationErrorMessage
 *
 * Each at most once: the client starts anew after a timeout.
 *
 * Source: authentication/authentication.proto.
 */
import { type BodyOf, bytes, message, opt, rep, req, string } from '../../libprocess/index.ts';

/** `pid` wants to be authenticated: it is where the session answers. */
export const AuthenticateMessage = message('mesos.internal.AuthenticateMessage', {
  pid: req(1, string),
});
export type AuthenticateMessage = BodyOf<typeof AuthenticateMessage>;

/** The mechanisms to choose from. */
export const AuthenticationMechanismsMessage = message('mesos.internal.AuthenticationMechanismsMessage', {
  mechanisms: rep(1, string),
});
export type AuthenticationMechanismsMessage = BodyOf<typeof AuthenticationMechanismsMessage>;

export const AuthenticationStartMessage = message('mesos.internal.AuthenticationStartMessage', {
  mechanism: req(1, string),
  data: opt(2, bytes),
});
export type AuthenticationStartMessage = BodyOf<typeof AuthenticationStartMessage>;

/** A challenge, or the answer to one. */
export const AuthenticationStepMessage = message('mesos.internal.AuthenticationStepMessage', {
  data: req(1, bytes),
});
export type AuthenticationStepMessage = BodyOf<typeof AuthenticationStepMessage>;

/** The client is who it says. */
export const AuthenticationCompletedMessage = message('mesos.internal.AuthenticationCompletedMessage', {});
export type AuthenticationCompletedMessage = BodyOf<typeof AuthenticationCompletedMessage>;

/** It is not. */
export const AuthenticationFailedMessage = message('mesos.internal.AuthenticationFailedMessage', {});
export type AuthenticationFailedMessage = BodyOf<typeof AuthenticationFailedMessage>;

/** Something went wrong on the way; it may try again. */
export const AuthenticationErrorMessage = message('mesos.internal.AuthenticationErrorMessage', {
  error: opt(1, string),
});
export type AuthenticationErrorMessage = BodyOf<typeof AuthenticationErrorMessage>;
