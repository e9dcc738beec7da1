/** Before each test: whatever fails it, the seed of its simulation is printed beside it. */
import { beforeEach } from 'vitest';
import { reportFailures } from '../libprocess/testing/report-failures.ts';

reportFailures(beforeEach);
