import { runMain } from '@dolphinstage/task-kit';
import pack from '..';

runMain(pack);
