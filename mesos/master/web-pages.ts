/**
 * The pages of the web interface: which folder they are in.
 *
 * Source: Mesos src/master/master.cpp (`provide("", …)`).
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Disk } from '../../libprocess/index.ts';

/** How many folders above a module the pages may lie. */
const DEPTH_MAX = 4;

/** The folder with `index.html` that belongs to the module `url`, in the sources or in a build; null without one. */
export async function findWebPages(disk: Disk, url: string): Promise<string | null> {
  let folder = dirname(fileURLToPath(url));
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    for (const place of ['webui', 'mesos/webui']) {
      const found = join(folder, place);
      if ((await disk.stat(join(found, 'index.html'))) !== null) return found;
    }
    folder = dirname(folder);
  }
  return null;
}
