import { BAD_CRONS, GOOD_CRONS } from '../__testUtils__/crons';
import { quartzFault } from './quartz';

describe('quartzFault', () => {
  it.each(GOOD_CRONS)('accepts %s', expression => {
    expect(quartzFault(expression)).toBeUndefined();
  });

  it.each(BAD_CRONS)('says what is wrong with %s', (expression, fault) => {
    expect(quartzFault(expression)).toBe(fault);
  });
});
