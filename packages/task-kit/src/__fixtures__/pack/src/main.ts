import { runMain } from '../../..';
import pack from './index';

runMain(pack);
