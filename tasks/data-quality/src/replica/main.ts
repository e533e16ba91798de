import { runReplica } from './run';

// `dolphinstage-quality` from its source.
void runReplica(process.argv.slice(2));
