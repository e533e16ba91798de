#!/usr/bin/env node
'use strict';

// From source it needs a loader; what is published has none to load.
require('tsx/cjs/api').register();
require('@dolphinstage/tasks-data-quality').runReplica(process.argv.slice(2));
