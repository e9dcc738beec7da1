/**
 * `mesos execute`: runs one command on the cluster and shows each status as it comes. The exit status is 0 when the
 * task finished, otherwise 1.
 *
 * Source: Mesos src/cli/execute.cpp.
 */
import { usage } from '../common/flag-help.ts';
import { type Command, print, withNode } from './command.ts';
import { EXECUTE_FLAGS, type ExecuteOptions, parseExecute } from './execute-flags.ts';
import { ExecuteScheduler } from './execute-scheduler.ts';

const SUMMARY = 'Runs one command on the cluster, and tells how it goes.';

export const execute: Command = {
  name: 'execute',
  summary: SUMMARY,
  async run(argv, env) {
    const options = parseExecute(argv, env);
    if (!options.help) return await runTask(options, env);
    print(usage('mesos execute', SUMMARY, EXECUTE_FLAGS));
    return 0;
  },
};

function runTask(options: ExecuteOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const { master, frameworkName, role, checkpoint, task, killAfterMs } = options;
  const framework = { name: frameworkName, roles: [role], checkpoint, capabilities: [{ type: 'MULTI_ROLE' } as const] };
  const scheduler = new ExecuteScheduler({ master, framework }, task, killAfterMs, print);
  return withNode(env, async runtime => {
    const ref = runtime.spawn(scheduler);
    let interrupts = 0;
    const interrupt = (): void => {
      interrupts += 1;
      if (interrupts > 1) process.exit(1); // Whoever asks twice does not want to wait for a grace period.
      ref.interrupt();
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const status = await scheduler.outcome;
    await runtime.wait(ref.pid); // It says goodbye to the master.
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    return status;
  });
}
