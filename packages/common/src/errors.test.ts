import { DolphinstageError, formatError, isDolphinstageError } from './errors';

describe('DolphinstageError', () => {
  class OrderError extends DolphinstageError<'NO_ORDER'> {}
  const error = new OrderError('NO_ORDER', 'there is no order 7', {
    where: 'orders.csv:8',
    todo: 'Add it.',
  });

  it('reads as what is wrong, where, and what to do', () => {
    expect(formatError(error)).toBe(
      'NO_ORDER: there is no order 7\n  where: orders.csv:8\n  do:    Add it.',
    );
  });

  it('has the name of its own class', () => {
    expect(error.name).toBe('OrderError');
  });

  it('is told from others, also when another copy of this package made it', () => {
    const foreign = Object.assign(new Error('x'), {
      code: 'NO_ORDER',
      where: undefined,
      todo: undefined,
    });
    expect([error, foreign, new Error('x'), { code: 'NO_ORDER' }].map(isDolphinstageError)).toEqual(
      [true, true, false, false],
    );
  });
});
