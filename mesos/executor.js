#!/usr/bin/env node
/** The host of command executors, started by the agent. The program is mesos/executor/main.ts. */
import { launch } from './launch.js';

launch('executor');
