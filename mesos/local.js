#!/usr/bin/env node
/** A whole cluster in one go: what `npm start` runs. The program is mesos/local/main.ts. */
import { launch } from './launch.js';

launch('local');
