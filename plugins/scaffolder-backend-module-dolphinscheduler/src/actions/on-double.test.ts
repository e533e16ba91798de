import { describeActions } from '../__testUtils__/describe-actions';
import { startDouble } from '../__testUtils__/server';

describeActions('a contract double', startDouble);
