/** `mesos-debug pause | resume | step | kill ADDRESS ACTOR`: interferes, where the node allows it. */
import { type Command, CREDENTIALS, optionsOf, type Terminal } from './command.ts';
import { Connection } from './connection.ts';
import { credentialHeaders } from './credentials.ts';

type Verb = 'pause' | 'resume' | 'step' | 'kill';

const SUMMARIES: Readonly<Record<Verb, string>> = {
  pause: 'Stops an actor: its mailbox fills.',
  resume: 'Lets a paused actor go on.',
  step: 'Lets a paused actor serve one message.',
  kill: 'Ends an actor.',
};

const PAST: Readonly<Record<Verb, string>> = { pause: 'paused', resume: 'resumed', step: 'stepped', kill: 'killed' };

/** A paused actor goes on when the last viewer has left. */
const STAYS = ' It stays so for as long as this command runs: Ctrl-C resumes it.';

export const controls: readonly Command[] = (Object.keys(SUMMARIES) as Verb[]).map(verb => ({
  name: verb,
  usage: `${verb} ADDRESS ACTOR`,
  summary: SUMMARIES[verb],
  help: `The node must have been started with --debugger=control; what is done there is in its log.${verb === 'pause' ? STAYS : ''}

  mesos-debug ${verb} 127.0.0.1:5051 'slave(1)'`,
  run: (argv, terminal) => run(verb, argv, terminal),
}));

async function run(verb: Verb, argv: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = optionsOf(argv, CREDENTIALS, { names: ['ADDRESS', 'ACTOR'] });
  const [address = '', actor = ''] = positionals;
  const connection = await Connection.open(address, await credentialHeaders(values, terminal.env));
  try {
    await connection.ask({ do: verb, actor });
    terminal.write(`${PAST[verb]} ${actor} at ${connection.authority}\n`);
    if (verb === 'pause') {
      terminal.note('Ctrl-C resumes it');
      await Promise.race([terminal.interrupted, new Promise<void>(resolve => connection.onClose(resolve))]);
      await connection.ask({ do: 'resume', actor });
    }
  } finally {
    connection.close();
  }
}
