/** The browser of the tests: where Debian and others put Chromium. */
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined, and said once, where there is none. */
export const CHROMIUM: string | undefined = PLACES.find(path => existsSync(path));

if (CHROMIUM === undefined) console.log(`skipped: what needs a browser, for none of ${PLACES.join(', ')} is here`);
