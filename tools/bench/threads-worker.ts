/** A thread of the bench, with a sink, and a source for the sink of the thread that its data name. */
import { joinRuntime } from '../../libprocess/index.ts';
import { Sink, Source } from './threads-actors.ts';

const { runtime, name, data } = joinRuntime<string>();
runtime.spawn(new Sink(`sink-${name}`));
runtime.spawn(new Source(`source-${name}`, runtime.address.pid(data)));
