#!/usr/bin/env node
/** The command line, installed as `mesos`: `npx mesos execute --help`. The program is mesos/cli/main.ts. */
import { launch } from './launch.js';

launch('cli');
