import type { Logger, Progress } from '../context';
import type { Terminal } from './terminal';

/** A log line at most this often. */
const LINE_EVERY_MS = 5_000;
/** A bar is redrawn at most this often. */
const DRAW_EVERY_MS = 100;
const BAR_WIDTH = 24;

interface Span {
  what: string;
  unit: string;
  total?: number;
  startedAt: number;
  done: number;
  saidAt: number;
  drawnAt: number;
}

/** What a span's state means: for the bar and for the log. */
export interface ProgressState {
  done: number;
  total?: number;
  /** Units a second since the start. */
  rate: number;
  /** Whole seconds until the end at this rate; undefined where the total isn't known. */
  etaSeconds?: number;
}

function stateOf(span: Span, now: number): ProgressState {
  const seconds = (now - span.startedAt) / 1000;
  const rate = seconds > 0 ? span.done / seconds : 0;
  const left = span.total === undefined ? undefined : Math.max(0, span.total - span.done);
  return {
    done: span.done,
    total: span.total,
    rate: Math.round(rate),
    etaSeconds: left === undefined || rate === 0 ? undefined : Math.ceil(left / rate),
  };
}

function drawBar({ what, unit }: Span, state: ProgressState): string {
  const count = state.done.toLocaleString('en');
  const rate = `${state.rate.toLocaleString('en')} ${unit}/s`;
  if (!state.total) return `${what} ${count} ${unit} · ${rate}`;
  const part = Math.min(1, state.done / state.total);
  const full = Math.round(part * BAR_WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  const eta = state.etaSeconds === undefined ? '' : ` · ${state.etaSeconds} s left`;
  return `${what} ${bar} ${Math.floor(part * 100)}% ${count}/${state.total.toLocaleString('en')} ${unit} · ${rate}${eta}`;
}

/**
 * Progress as a log line at most every 5 s, and as a bar where there is a terminal. It works when it is
 * told something: there is no timer that could keep a process alive.
 */
export function createProgress(
  terminal: Terminal,
  log: Logger,
  now: () => number = Date.now,
): Progress {
  let span: Span | undefined;

  const say = (message: string, at: number) => {
    if (!span) return;
    span.saidAt = at;
    const { done, total, rate, etaSeconds } = stateOf(span, at);
    log.info(message, { what: span.what, done, total, unit: span.unit, rate, eta_s: etaSeconds });
  };

  const end = () => {
    if (!span) return;
    terminal.status('');
    say('done', now());
    span = undefined;
  };

  return {
    start(what, options = {}) {
      end();
      const at = now();
      span = {
        what,
        unit: options.unit ?? 'rows',
        total: options.total,
        startedAt: at,
        done: 0,
        saidAt: at,
        drawnAt: 0,
      };
      if (terminal.interactive) terminal.status(drawBar(span, stateOf(span, at)));
    },
    add(amount) {
      if (!span) return;
      span.done += amount;
      const at = now();
      if (terminal.interactive) {
        if (at - span.drawnAt < DRAW_EVERY_MS) return;
        span.drawnAt = at;
        terminal.status(drawBar(span, stateOf(span, at)));
      } else if (at - span.saidAt >= LINE_EVERY_MS) {
        say('progress', at);
      }
    },
    end,
  };
}
