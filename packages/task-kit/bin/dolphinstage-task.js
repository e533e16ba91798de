#!/usr/bin/env node
'use strict';

// Runs a task of a pack from its source. What a scheduler runs is a bundle, with the same command line.
require('tsx/cjs/api').register();
require('@dolphinstage/task-kit').runFromSource(process.cwd());
