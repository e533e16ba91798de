import { describeActions } from '../__testUtils__/describe-actions';
import { startReal } from '../__testUtils__/server';

jest.setTimeout(180_000);

describeActions('a real server', startReal);
