/**
 * Which Mesos this is, and when it was built.
 *
 * Source: Mesos src/common/build.hpp.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Disk } from '../../libprocess/index.ts';
import type { VersionInfo } from '../protocol/introspection.ts';

/** The Apache Mesos whose interfaces this one has: what clients, agents and masters compare with. */
export const MESOS_VERSION = '1.12.0';

export type BuildInfo = Required<Pick<VersionInfo, 'version' | 'build_date' | 'build_time' | 'build_user'>> &
  Pick<VersionInfo, 'git_sha' | 'git_branch' | 'git_tag'>;

/** What runs straight from its sources, in tests and simulations. */
export const UNBUILT: BuildInfo = {
  version: MESOS_VERSION,
  build_date: '1970-01-01 00:00:00 UTC',
  build_time: 0,
  build_user: '',
};

/** How many folders above a module its build may lie: `dist/mesos/master/main.js` is three deep. */
const DEPTH_MAX = 4;

/**
 * What `build.json` says, which lies beside or above the module `url`; UNBUILT when there is none.
 *
 * @throws SyntaxError for a file that is no JSON: the build is broken.
 */
export async function readBuild(disk: Disk, url: string): Promise<BuildInfo> {
  let folder = dirname(fileURLToPath(url));
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const text = await disk.read(join(folder, 'build.json'));
    if (text !== null) return { ...UNBUILT, ...JSON.parse(Buffer.from(text).toString('utf8')), version: MESOS_VERSION };
    folder = dirname(folder);
  }
  return UNBUILT;
}
