#!/usr/bin/env node
import {runCommandLine} from './cli/cli.ts';

// Not left to Node: a request that was given up may hold its socket for a minute longer.
process.exit(await runCommandLine(process.argv.slice(2)));
