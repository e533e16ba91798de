#!/usr/bin/env node
'use strict';

require('@dolphinstage/cli').main();
