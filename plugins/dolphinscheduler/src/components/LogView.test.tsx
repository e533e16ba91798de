import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { LogPiece } from '@dolphinstage/plugin-dolphinscheduler-common';
import { renderWith } from '../__testUtils__/render';
import { LogView } from './LogView';

const RUN = { instance: 'main', project: 'warehouse', code: 101, run: 7 };

const view = <LogView run={RUN} task={71} name="extract" />;

/** A log that grows as the test says. */
function growing(...pieces: LogPiece[]) {
  const asked: number[] = [];
  return {
    asked,
    pieces,
    log: async (_: unknown, task: number, at: number | 'end' = 0): Promise<LogPiece> => {
      const from = at === 'end' ? -1 : at;
      expect(task).toBe(71);
      asked.push(from);
      return pieces.shift() ?? { lines: [], next: from, ended: false };
    },
  };
}

const region = () => screen.getByRole('region', { name: 'Log of extract' });

describe('the log of a task', () => {
  it('is followed piece by piece until it has ended, and not asked for any more then', async () => {
    const api = growing(
      { lines: ['one', 'two'], next: 8, ended: false },
      { lines: ['three'], next: 14, ended: true },
    );
    await renderWith(api, view);
    expect(await screen.findByText('The log has ended: 3 lines.')).toBeInTheDocument();
    expect(region()).toHaveTextContent('one two three');
    await act(() => new Promise(resolve => setTimeout(resolve, 2500)));
    expect(api.asked).toEqual([0, 8]);
  });

  it('stops when nobody looks at it any more', async () => {
    const api = growing({ lines: ['one'], next: 4, ended: false });
    const { unmount } = await renderWith(api, view);
    await waitFor(() => expect(region()).toHaveTextContent('one'));
    unmount();
    const before = api.asked.length;
    await act(() => new Promise(resolve => setTimeout(resolve, 2500)));
    expect(api.asked).toHaveLength(before);
  });

  it("shows others' text as text only", async () => {
    const evil = [
      '<script>window.owned = true</script>',
      '<img src=x onerror="window.owned = true">',
      // eslint-disable-next-line no-script-url
      'javascript:alert(1) http://example.org/',
    ];
    await renderWith(growing({ lines: evil, next: 99, ended: true }), view);
    await screen.findByText('The log has ended: 3 lines.');
    for (const line of evil) {
      expect(region().textContent).toContain(line);
    }
    expect(region().querySelector('script, img, a')).toBeNull();

    // Neither does the search make anything of it.
    await userEvent.type(screen.getByRole('searchbox'), '<script>');
    expect(region().querySelector('mark')).toHaveTextContent('<script>');
    expect(region().querySelector('script')).toBeNull();
    expect('owned' in window).toBe(false);
  });

  it('finds, counts, and goes to the next and the previous match', async () => {
    const lines = Array.from({ length: 1200 }, (_, n) =>
      n % 500 === 7 ? `ERROR ${n}` : `fine ${n}`,
    );
    await renderWith(growing({ lines, next: 1200, ended: true }), view);
    await screen.findByText('The log has ended: 1,200 lines.');
    await userEvent.type(screen.getByRole('searchbox'), 'error');
    expect(screen.getByText('1 of 3')).toBeInTheDocument();
    const current = () => region().querySelector('[data-current]')!.parentElement!;
    expect(current().textContent).toContain('ERROR 7\n');

    await userEvent.click(screen.getByRole('button', { name: 'Next' }));
    expect(screen.getByText('2 of 3')).toBeInTheDocument();
    expect(current().textContent).toContain('ERROR 507\n');
    await userEvent.click(screen.getByRole('button', { name: 'Previous' }));
    await userEvent.type(screen.getByRole('searchbox'), '{Shift>}{Enter}{/Shift}');
    expect(screen.getByText('3 of 3')).toBeInTheDocument();
    await userEvent.type(screen.getByRole('searchbox'), 'x');
    expect(screen.getByText('No match')).toBeInTheDocument();
    expect(region().querySelector('mark')).toBeNull();
  });

  it('says when it has written nothing', async () => {
    await renderWith(growing({ lines: [], next: 0, ended: true }), view);
    expect(await screen.findByText('This task has written nothing.')).toBeInTheDocument();
  });

  it('says when it keeps only the end', async () => {
    const lines = Array.from({ length: 20_700 }, (_, n) => `line ${n}`);
    await renderWith(growing({ lines, next: 1, ended: true }), view);
    expect(await screen.findByText(/The first 1,000 lines aren’t kept here/)).toBeInTheDocument();
    expect(region().textContent).not.toContain('line 999\n');
    expect(region().textContent).toContain('line 1000\n');
  });

  it('asks before it reads a long one on, and goes to its end', async () => {
    const asked: unknown[] = [];
    const piece = (from: number) => ({
      lines: Array.from({ length: 5_000 }, (_none, n) => `line ${from + n}`),
      next: from + 5_000,
      ended: false,
    });
    await renderWith(
      {
        log: async (_run, _task, from = 0) => {
          asked.push(from);
          return from === 'end'
            ? { from: 999_999, lines: ['the last line'], next: 1_000_000, ended: true }
            : piece(from);
        },
      },
      view,
    );
    const more = /This log is long: 20,000 lines so far, and there are more/;
    expect(await screen.findByText(more)).toBeInTheDocument();
    await act(() => new Promise(resolve => setTimeout(resolve, 500)));
    expect(asked).toEqual([0, 5_000, 10_000, 15_000]);

    await userEvent.type(screen.getByRole('searchbox'), 'line 19999');
    expect(screen.getByText('1 of 1 in the lines that are here')).toBeInTheDocument();
    await userEvent.clear(screen.getByRole('searchbox'));

    await userEvent.click(screen.getByRole('button', { name: 'Read on' }));
    expect(await screen.findByText(/40,000 lines so far/)).toBeInTheDocument();
    expect(region().textContent).not.toContain('line 19999\n');
    expect(screen.getByText(/The first 20,000 lines aren’t kept here/)).toBeInTheDocument();

    await userEvent.click(screen.getByRole('button', { name: 'Go to its end' }));
    expect(await screen.findByText('The log has ended: 1,000,000 lines.')).toBeInTheDocument();
    expect(region()).toHaveTextContent(/^the last line/);
    expect(screen.queryByText(/This log is long/)).not.toBeInTheDocument();
    expect(asked.at(-1)).toBe('end');
  });

  it('is saved by the browser, from where the backend says', async () => {
    const clicked: string[] = [];
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function keep(
      this: HTMLAnchorElement,
    ) {
      clicked.push(this.href);
    });
    await renderWith(
      {
        ...growing({ lines: ['one'], next: 1, ended: true }),
        logFile: async (_run, task) => `http://localhost/files/${task}`,
      },
      view,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Download' }));
    await waitFor(() => expect(clicked).toEqual(['http://localhost/files/71']));
    click.mockRestore();
  });

  it('marks no more matches than a page can bear, and says so', async () => {
    const lines = Array.from({ length: 3_000 }, () => 'row row');
    await renderWith(growing({ lines, next: 3_000, ended: true }), view);
    await screen.findByText('The log has ended: 3,000 lines.');
    await userEvent.type(screen.getByRole('searchbox'), 'row');
    expect(screen.getByText('1 of the first 1,000')).toBeInTheDocument();
    expect(region().querySelectorAll('mark')).toHaveLength(1_000);
  });

  it('goes on after an error where it was', async () => {
    const api = growing({ lines: ['one'], next: 4, ended: false });
    let broken = false;
    await renderWith(
      {
        log: async (ref, task, from) => {
          if (broken) {
            throw new Error('worker gone');
          }
          return api.log(ref, task, from);
        },
      },
      view,
    );
    await waitFor(() => expect(region()).toHaveTextContent('one'));
    broken = true;
    expect(await screen.findByRole('alert', {}, { timeout: 5000 })).toHaveTextContent(
      'worker gone',
    );
    broken = false;
    api.pieces.push({ lines: ['two'], next: 8, ended: true });
    expect(
      await screen.findByText('The log has ended: 2 lines.', {}, { timeout: 8000 }),
    ).toBeInTheDocument();
    expect(region()).toHaveTextContent('one two');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('scrolls to its end until the reader has scrolled up', async () => {
    const api = growing({ lines: ['one'], next: 4, ended: false });
    await renderWith(api, view);
    await waitFor(() => expect(region()).toHaveTextContent('one'));
    const room = region();
    Object.defineProperties(room, {
      scrollHeight: { value: 1000, configurable: true },
      clientHeight: { value: 200 },
    });
    api.pieces.push({ lines: ['two'], next: 8, ended: false });
    await waitFor(() => expect(room).toHaveTextContent('two'), { timeout: 5000 });
    expect(room.scrollTop).toBe(1000);

    room.scrollTop = 800;
    room.dispatchEvent(new Event('scroll'));
    room.scrollTop = 300;
    act(() => {
      room.dispatchEvent(new Event('scroll'));
    });
    api.pieces.push({ lines: ['three'], next: 14, ended: false });
    await waitFor(() => expect(room).toHaveTextContent('three'), { timeout: 5000 });
    expect(room.scrollTop).toBe(300);
    await userEvent.click(screen.getByRole('button', { name: 'Follow' }));
    expect(room.scrollTop).toBe(1000);
  });
});
