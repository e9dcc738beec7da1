#!/usr/bin/env node
/** The terminal's debugger, installed as `mesos-debug`: `npx mesos-debug --help`. The program is tools/debugger/cli/main.ts. */
import { launch } from './launch.js';

launch('cli', 'tools/debugger');
