#!/usr/bin/env node
'use strict';

// From source it needs a loader; what is published has none to load.
require('tsx/cjs/api').register();
require('@dolphinstage/model-server').runModelServer(process.argv.slice(2));
