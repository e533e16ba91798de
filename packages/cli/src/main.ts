import { checkout } from './checkout';
import { runProgram } from './program';

void runProgram(checkout);
