#!/usr/bin/env node
/** The agent: `node mesos/agent.js --master=127.0.0.1:5050 --work_dir=DIR`. The program is mesos/agent/main.ts. */
import { launch } from './launch.js';

launch('agent');
