import { TimeFault } from './fault';

/** Signs and operators, and how the server ranks them. */
const RANKS: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2 };

/** A sign, as against the operator that is written the same way. */
const SIGNS: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus' };
const BEFORE_A_SIGN = new Set(['', '+', '-', '*', '/', '(']);

/**
 * A calculation in whole numbers of 32 bits, as the server does it: a division drops the rest, and a sign counts last:
 * `-3+6` is −9.
 *
 * @throws TimeFault for what the server can't calculate, or counts as 0 without a word.
 */
export function calculate(expression: string): number {
  const fault = () => new TimeFault(`"${expression}" is not a calculation in whole numbers`);
  const output: string[] = [];
  const waiting: string[] = [];
  for (const token of tokens(expression.trim())) {
    if (/^\d/.test(token)) {
      output.push(token);
    } else if (token === '(') {
      waiting.push(token);
    } else if (token === ')') {
      for (;;) {
        const top = waiting.pop();
        if (top === undefined) throw fault();
        if (top === '(') break;
        output.push(top);
      }
    } else if (token in RANKS || token === SIGNS['+'] || token === SIGNS['-']) {
      const rank = RANKS[token] ?? Infinity;
      while ((RANKS[waiting.at(-1) ?? ''] ?? 0) >= rank) output.push(waiting.pop() ?? '');
      waiting.push(token);
    } else {
      throw fault();
    }
  }
  return evaluate([...output, ...waiting.reverse()], fault);
}

function tokens(expression: string): string[] {
  const found: string[] = [];
  for (const token of expression.match(/\d+|\D/g) ?? []) {
    found.push(BEFORE_A_SIGN.has(found.at(-1) ?? '') ? (SIGNS[token] ?? token) : token);
  }
  return found;
}

function evaluate(output: readonly string[], fault: () => TimeFault): number {
  const stack: number[] = [];
  const pop = () => {
    const value = stack.pop();
    if (value === undefined) throw fault();
    return value;
  };
  for (const token of output) {
    if (/^\d/.test(token)) {
      if (Number(token) >= 2 ** 31) throw fault();
      stack.push(Number(token));
      continue;
    }
    const right = pop();
    const left = token === SIGNS['+'] || token === SIGNS['-'] ? 0 : pop();
    stack.push(apply(token, left, right, fault));
  }
  return pop();
}

function apply(operator: string, left: number, right: number, fault: () => TimeFault): number {
  switch (operator) {
    case '+':
    case 'plus':
      return (left + right) | 0;
    case '-':
    case 'minus':
      return (left - right) | 0;
    case '*':
      return Math.imul(left, right);
    case '/':
      if (right === 0) throw fault();
      return (left / right) | 0;
    default:
      throw fault();
  }
}
