/**
 * `/version`: what this program is. An actor of its own, because master and agent share it.
 *
 * Source: Mesos src/version/version.cpp.
 */
import { http, Process } from '../../libprocess/index.ts';
import type { BuildInfo } from './build.ts';

const HELP = 'Provides version information.\n\nGET /version';

export class Version extends Process {
  constructor(private readonly build: BuildInfo) {
    super('version');
  }

  protected override initialize(): void {
    this.route('/', { help: HELP }, request => http.json(versionJson(this.build), request));
  }
}

/** Keys in the order in which Mesos prints them. */
export function versionJson(build: BuildInfo): Record<string, unknown> {
  const { version, build_date, build_time, build_user, git_branch, git_sha, git_tag } = build;
  return { build_date, build_time, build_user, git_branch, git_sha, git_tag, version };
}
