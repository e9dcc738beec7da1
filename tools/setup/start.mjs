/**
 * `npm start`: does all set-up, then brings up a local cluster. Arguments go to the cluster: `npm start -- --help`.
 *
 * The cluster runs in this very process, so Ctrl-C and the exit status need no forwarding.
 */
import { ready } from './ready.mjs';

ready();
await import('../../mesos/local.js');
