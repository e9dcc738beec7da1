/** The file of the threads of the tests. */
import { joinRuntime } from '../../../libprocess/index.ts';
import { boot } from './puppet.ts';

const { runtime, data } = joinRuntime<readonly string[]>();
boot(runtime, data);
