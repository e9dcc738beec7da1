#!/usr/bin/env node
/** The master: `node mesos/master.js --ip=127.0.0.1 --work_dir=DIR`. The program is mesos/master/main.ts. */
import { launch } from './launch.js';

launch('master');
