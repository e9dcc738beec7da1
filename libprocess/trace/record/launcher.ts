/** The launcher of a recorded or replayed runtime: processes that are started, how they end, and their pipes. */
import { type Future, Promised } from '../../future.ts';
import { Pipe, type PipeReader, type PipeWriter } from '../../http/pipe.ts';
import type { Child, Launcher, LaunchSpec, SignalScope, WaitStatus } from '../../subprocess/launcher.ts';
import { Asked, PLAIN } from './asked.ts';
import { contentOf } from './content.ts';
import type { Border } from './seams.ts';

/** A child as it stands in a recording: its id, whether it has a stdin, the numbers of its stdout and stderr. */
type PackedChild = readonly [pid: number, stdin: boolean, stdout: number, stderr: number];

/** One launch that is under way. */
interface Launch {
  readonly number: number;
  readonly spec: LaunchSpec;
  /** The real child, and what the launcher waits for before the program begins; null in a replay. */
  child: Child | null;
  before: Promised<void> | null;
}

export class TapedLauncher implements Launcher {
  readonly #launches: Asked<Child, Launch>;
  readonly #statuses: Asked<WaitStatus, unknown>;
  readonly #starting = new Map<number, Launch>();
  #count = 0;

  /** @param world - the machine's launcher; null in a replay. */
  constructor(
    private readonly border: Border,
    private readonly world: Launcher | null,
  ) {
    const { tape } = border;
    this.#launches = new Asked(tape, 'launch', {
      pack: (child, launch) => this.#pack(child, launch),
      unpack: (packed, launch) => this.#unpack(packed as PackedChild, launch),
    });
    this.#statuses = new Asked<WaitStatus, unknown>(tape, 'status', PLAIN as never);
    tape.on('before', (number, [pid]) => this.#begin(number, pid as number));
  }

  launch(spec: LaunchSpec): Future<Child> {
    this.#count += 1;
    const launch: Launch = { number: this.#count, spec, child: null, before: null };
    this.#starting.set(launch.number, launch);
    const { file, args, argv0, env, cwd, session, uid, gid, supervised } = spec;
    this.border.tape.output(`launch ${file}`, contentOf([args, argv0, env, cwd, session, uid, gid, supervised]));
    const child = this.#launches.ask(this.world?.launch(this.#outside(launch)) ?? null, launch);
    child.onAny(() => this.#starting.delete(launch.number));
    return child;
  }

  kill(pid: number, signal: NodeJS.Signals, scope: SignalScope): boolean {
    this.border.tape.output(`kill ${pid} ${signal} ${scope}`);
    return this.border.tape.observe('kill', () => this.world?.kill(pid, signal, scope) ?? false);
  }

  isAlive(pid: number): boolean {
    return this.border.tape.observe('isAlive', () => this.world?.isAlive(pid) ?? false);
  }

  startedAt(pid: number): number | null {
    return this.border.tape.observe('startedAt', () => this.world?.startedAt(pid) ?? null);
  }

  #outside(launch: Launch): LaunchSpec {
    const { spec, number } = launch;
    if (spec.before === undefined) return spec;
    const before = (pid: number): Future<void> => {
      launch.before = new Promised();
      this.border.tape.enter(['before', number, pid]);
      return launch.before;
    };
    return { ...spec, before };
  }

  #begin(number: number, pid: number): boolean {
    const launch = this.#starting.get(number);
    const done = launch?.spec.before?.(pid);
    if (launch === undefined || done === undefined) return false;
    launch.before?.associate(done);
    done.ignore();
    return true;
  }

  #pack(child: Child, launch: Launch): PackedChild {
    const { inlets } = this.border;
    launch.child = child;
    return [child.pid, child.stdin !== null, inlets.number(child.stdout), inlets.number(child.stderr)];
  }

  #unpack([pid, hasStdin, stdout, stderr]: PackedChild, { child }: Launch): Child {
    const { inlets } = this.border;
    return {
      pid,
      status: this.#statuses.ask(child?.status ?? null, null),
      stdin: hasStdin ? this.#stdin(pid, child?.stdin ?? null) : null,
      stdout: inlets.open(stdout) as PipeReader | null,
      stderr: inlets.open(stderr) as PipeReader | null,
    };
  }

  #stdin(pid: number, world: PipeWriter | null): PipeWriter {
    const { reader, writer } = new Pipe();
    this.border.outlets.open(`stdin of ${pid}`, reader, world);
    return writer;
  }
}
