import { runModelServer } from './run';

// `dolphinstage-models` from its source.
void runModelServer(process.argv.slice(2));
